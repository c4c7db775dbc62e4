package dev.rehome.model;

/**
 * The verification: which keys are not equal on both sides. Those that differ and are not on their way are marked as
 * changed, so that the next pass repairs them. What it knows is in the mover's memory, and goes with the mover.
 */
final class Comparing {
    private Comparing() {}

    static int differing(State state) {
        int differing = 0;
        for (int key = 0; key < State.KEYS; key++) {
            if (state.rows[State.SOURCE][key] != state.rows[State.TARGET][key]) {
                differing |= 1 << key;
            }
        }
        return differing;
    }

    /** Compares everything, for a verdict. */
    static void all(MoverSteps mover) {
        int from = mover.mover.from();
        mover.commit(from, "compares both sides", (next, moved) -> {
            moved.unverified = differing(next);
            moved.verdict = moved.unverified == 0;
            mark(mover, next, moved.unverified);
        });
    }

    /** Compares what is not known to be equal. Inside the fence nothing is marked: it is tried again later. */
    static void changed(MoverSteps mover) {
        int differing = differing(mover.state) & mover.mover.unverified;
        boolean fenced = mover.mover.at == Position.DRAINED;
        boolean toMark = differing != 0 && !fenced && !allRecorded(mover, differing);
        if (differing != mover.mover.unverified || toMark) {
            mover.commit(mover.mover.from(), "compares what is not known to be equal", (next, moved) -> {
                moved.unverified = differing;
                if (!fenced) {
                    mark(mover, next, differing);
                }
            });
        }
    }

    static boolean allRecorded(MoverSteps mover, int keys) {
        int[] changes = mover.at(mover.mover.from()).changes;
        return ((keys & 1) == 0 || changes[0] != 0) && ((keys & 2) == 0 || changes[1] != 0);
    }

    /** Records keys as changed that are not yet. */
    static void mark(MoverSteps mover, State next, int keys) {
        int[] changes = mover.at(next, mover.mover.from()).changes;
        for (int key = 0; key < State.KEYS; key++) {
            if ((keys & (1 << key)) != 0 && changes[key] == 0) {
                changes[key] = 1;
            }
        }
    }
}
