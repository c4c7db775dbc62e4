package dev.rehome.model;

import dev.rehome.move.MovePhase;

/**
 * The copy of a tenant that is so small that nothing is recorded or copied before its cutover: each attempt begins with an empty
 * target, and inside the fence everything is marked as changed, so that the last pass is the copy. A tenant that has outgrown that
 * is followed after all.
 */
final class FencedCopying {
    private FencedCopying() {}

    /** What an attempt before has brought may have been deleted since, and nobody has recorded that. */
    static void empty(MoverSteps mover) {
        if (mover.has(ProtocolBug.FENCED_COPY_ON_REMAINS)) {
            mover.look("leaves the target as it is", (next, moved) -> moved.at = Position.EMPTIED);
            return;
        }
        mover.commit(State.TARGET, "empties the target", (next, moved) -> {
            mover.removeRows(next, State.TARGET, State.ALL_KEYS);
            moved.at = Position.EMPTIED;
        });
    }

    /** Small or not, as it may be found now: copied inside the fence, or followed from here on. */
    static void emptied(MoverSteps mover) {
        if (!mover.drained(State.SOURCE)) {
            return;
        }
        Switching.raiseFence(mover);
        mover.commit(State.SOURCE, "switches capture on at the source, everything marked", (next, moved) -> {
            mover.at(next, State.SOURCE).capture = true;
            if (!mover.has(ProtocolBug.FOLLOWED_WITHOUT_MARKS)) {
                Comparing.mark(mover, next, present(next));
            }
            moved.at = Position.BEGIN;
        });
    }

    /** Returns whether that is to be done first. */
    static boolean markAll(MoverSteps mover) {
        if (mover.mover.phase != MovePhase.CUTOVER
                || mover.followed()
                || Comparing.allRecorded(mover, present(mover.state))) {
            return false;
        }
        mover.commit(
                State.SOURCE,
                "marks everything at the source as changed",
                (next, moved) -> Comparing.mark(mover, next, present(next)));
        return true;
    }

    private static int present(State state) {
        int present = 0;
        for (int key = 0; key < State.KEYS; key++) {
            if (state.rows[State.SOURCE][key] != State.ABSENT) {
                present |= 1 << key;
            }
        }
        return present;
    }
}
