package dev.rehome.model;

import dev.rehome.move.MovePhase;

/**
 * The cutover, in either direction: fence, last pass, switch. Within one database the switch is one commit. Between two it
 * is that of the home which is left; the commit before it, at the home that is to come, makes ready for an epoch that nobody
 * can know yet, and goes on telling everybody where the tenant lives now.
 */
final class Switching {
    private Switching() {}

    static void begin(MoverSteps mover) {
        int from = mover.mover.from();
        boolean asks = !(mover.has(ProtocolBug.CUTOVER_MADE_TWICE) && mover.mover.phase == MovePhase.CUTOVER);
        if (asks && isMade(mover)) {
            mover.look("finds the cutover made", (next, moved) -> moved.at = behindCutover(mover));
            Following.look(mover);
            return;
        }
        if (mover.at(from).residency == Residency.GONE) {
            return; // only with a planted bug: it cannot be connected to, so the move stands
        }
        if (mover.mover.phase == MovePhase.CUTOVER && !mover.followed()) {
            FencedCopying.empty(mover);
            return;
        }
        Following.look(mover);
        if (mover.settings.validation()) {
            Comparing.changed(mover);
        }
        if (mover.drained(from) || (mover.has(ProtocolBug.FLIP_BEFORE_DRAIN) && mover.noOtherFence(from))) {
            raiseFence(mover);
        }
    }

    static void raiseFence(MoverSteps mover) {
        int from = mover.mover.from();
        mover.commit(from, "raises the fence at the " + Following.name(from), (next, moved) -> {
            mover.raiseFence(next, moved, from);
            moved.at = Position.FENCED;
        });
    }

    private static Position behindCutover(MoverSteps mover) {
        if (mover.has(ProtocolBug.ROLL_BACK_FORGETS_DIRECTORY) && mover.mover.phase == MovePhase.ROLL_BACK) {
            return Position.STOP_CAPTURE;
        }
        return mover.has(ProtocolBug.CUTOVER_NOT_SETTLED) ? Position.TELL_DIRECTORY : Position.SWITCHED;
    }

    /** Whether a mover, this one or one before it, has got as far as the commit that is the cutover. */
    static boolean isMade(MoverSteps mover) {
        Database from = mover.at(mover.mover.from());
        Database to = mover.at(mover.mover.to());
        int next = mover.mover.next();
        if (mover.has(ProtocolBug.FIRST_COMMIT_TAKEN_FOR_CUTOVER)
                && mover.mover.phase == MovePhase.ROLL_BACK
                && (to.arriving == next || to.isHere(next))) {
            return true;
        }
        if (from.residency == Residency.GONE) {
            return to.isHere(next) && !mover.has(ProtocolBug.GONE_IS_NOT_MADE);
        }
        return from.epoch == next;
    }

    static void fenced(MoverSteps mover) {
        if (FencedCopying.markAll(mover)) {
            return;
        }
        if (mover.has(ProtocolBug.FLIP_BEFORE_LAST_PASS) || !Following.look(mover)) {
            mover.look("finds nothing left to apply", (next, moved) -> moved.at = Position.DRAINED);
        }
    }

    static void drained(MoverSteps mover) {
        if (mover.mover.unverified != 0) {
            Comparing.changed(mover);
        } else if (!mover.settings.across()) {
            withinDatabase(mover);
        } else if (mover.has(ProtocolBug.SOURCE_LETS_GO_FIRST)) {
            letGo(mover, Position.TARGET_READY);
        } else {
            makeReady(mover, Position.TARGET_READY);
        }
    }

    static void targetReady(MoverSteps mover) {
        if (mover.has(ProtocolBug.SOURCE_LETS_GO_FIRST)) {
            makeReady(mover, Position.SWITCHED);
        } else {
            letGo(mover, Position.SWITCHED);
        }
    }

    private static void withinDatabase(MoverSteps mover) {
        int from = mover.mover.from();
        mover.commit(from, "commits the cutover: HERE in the " + Following.name(1 - from), (next, moved) -> {
            Following.forget(mover, next, moved);
            moved.forget();
            mover.at(next, from).reside(Residency.HERE, moved.next(), captures(mover));
            mover.lowerFence(next, moved, from);
            moved.at = Position.TELL_DIRECTORY;
        });
    }

    private static void makeReady(MoverSteps mover, Position then) {
        int to = mover.mover.to();
        int epoch = mover.mover.next();
        boolean tells = mover.has(ProtocolBug.TARGET_TELLS_TOO_EARLY);
        String row = tells ? "HERE @" + epoch : "MOVED @" + mover.mover.current() + ", arriving @" + epoch + ",";
        mover.commit(to, "commits " + row + " at the " + Following.name(to), (next, moved) -> {
            if (tells) {
                mover.at(next, to).reside(Residency.HERE, epoch, captures(mover));
            } else {
                mover.at(next, to).arrive(moved.current(), epoch, captures(mover));
            }
            moved.at = then;
        });
    }

    private static void letGo(MoverSteps mover, Position then) {
        int from = mover.mover.from();
        mover.commit(
                from,
                "commits the cutover: MOVED @" + mover.mover.next() + " at the " + Following.name(from),
                (next, moved) -> {
                    Following.forget(mover, next, moved);
                    moved.forget();
                    mover.at(next, from).reside(Residency.MOVED, moved.next(), false);
                    mover.lowerFence(next, moved, from);
                    moved.at = then;
                });
    }

    /** A roll-back has no way back, so at most only the target's changes are recorded. */
    private static boolean captures(MoverSteps mover) {
        return mover.settings.wayBack()
                && mover.mover.phase == MovePhase.CUTOVER
                && !mover.has(ProtocolBug.SOAK_WITHOUT_CAPTURE);
    }

    /** The home that has come says for good what it has been admitting. */
    static void switched(MoverSteps mover) {
        int to = mover.mover.to();
        int epoch = mover.mover.next();
        if (!mover.settings.across()) {
            mover.look("has nothing to settle", (next, moved) -> moved.at = Position.TELL_DIRECTORY);
            return;
        }
        mover.commit(to, "commits HERE @" + epoch + " at the " + Following.name(to), (next, moved) -> {
            if (!mover.at(next, to).isHere(epoch)) {
                mover.at(next, to).reside(Residency.HERE, epoch, captures(mover));
            }
            moved.at = Position.TELL_DIRECTORY;
        });
    }

    static void tellDirectory(MoverSteps mover) {
        mover.look("tells the directory @" + mover.mover.next(), (next, moved) -> {
            next.directory = Math.max(next.directory, moved.next());
            moved.at = moved.phase == MovePhase.ROLL_BACK ? Position.STOP_CAPTURE : Position.PHASE_DONE;
        });
    }
}
