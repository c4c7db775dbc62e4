package dev.rehome.model;

import dev.rehome.move.MovePhase;
import java.util.Arrays;

/**
 * The removal of the copy that does not serve: of the source's after RETIRE, of the target's after ROLL_BACK or a
 * cancellation. Each step can be repeated.
 */
final class Removing {
    private Removing() {}

    /** The home that goes on serving. */
    private static int serving(MoverSteps mover) {
        return mover.mover.phase == MovePhase.RETIRE ? State.TARGET : State.SOURCE;
    }

    private static int epoch(MoverSteps mover) {
        return switch (mover.mover.phase) {
            case RETIRE -> 2;
            case ROLL_BACK -> 3;
            default -> 1;
        };
    }

    /**
     * R8: not unless the other home says that it serves. Waits for whoever is in, so that nobody adds to the changes
     * afterwards.
     */
    static void stopCapture(MoverSteps mover) {
        int serving = serving(mover);
        Database database = mover.at(serving);
        Position then =
                mover.settings.across() && !mover.settings.drops() && !mover.has(ProtocolBug.CANCEL_WITHOUT_FORWARD)
                        ? Position.LEAVE_FORWARD
                        : Position.REMOVE_ROWS;
        if (!database.isHere(epoch(mover))) {
            mover.look("finds that the home which is to go on does not serve, and stops", (next, moved) -> moved.die());
        } else if (!database.capture) {
            mover.look("finds capture off at the " + Following.name(serving), (next, moved) -> moved.at = then);
        } else if (mover.drained(serving)) {
            mover.commit(serving, "switches capture off at the " + Following.name(serving), (next, moved) -> {
                mover.at(next, serving).capture = false;
                moved.at = then;
            });
        }
    }

    static void leaveForward(MoverSteps mover) {
        int abandoned = 1 - serving(mover);
        if (mover.at(abandoned).residency == Residency.UNKNOWN) {
            mover.look(
                    "finds that the " + Following.name(abandoned) + " has never heard of the tenant",
                    (next, moved) -> moved.at = Position.REMOVE_ROWS);
            return;
        }
        mover.commit(abandoned, "leaves a forward at the " + Following.name(abandoned), (next, moved) -> {
            mover.at(next, abandoned).reside(Residency.MOVED, epoch(mover), false);
            moved.at = Position.REMOVE_ROWS;
        });
    }

    /** Key by key from shared tables, or all at once with the database, while a transaction at the other home holds the lease. */
    static void removeRows(MoverSteps mover) {
        int abandoned = 1 - serving(mover);
        if (mover.at(abandoned).residency == Residency.GONE) {
            mover.look("finds nothing left to remove", (next, moved) -> moved.at = Position.FORGET_AT_SOURCE);
        } else if (mover.settings.drops()) {
            mover.commit(1 - abandoned, "drops the " + Following.name(abandoned) + "'s database", (next, moved) -> {
                remove(mover, next, abandoned, State.ALL_KEYS);
                mover.removeDatabase(next, abandoned);
                moved.at = Position.FORGET_AT_SOURCE;
            });
        } else {
            removeNextKey(mover, abandoned);
        }
    }

    private static void removeNextKey(MoverSteps mover, int abandoned) {
        int key = mover.state.rows[abandoned][0] != State.ABSENT ? 0 : 1;
        mover.commit(abandoned, "removes key " + key + " from the " + Following.name(abandoned), (next, moved) -> {
            remove(mover, next, abandoned, 1 << key);
            if (key == 1) {
                moved.at = Position.FORGET_AT_SOURCE;
            }
        });
    }

    /** R8: nothing of an old home goes before both sides were found equal. */
    private static void remove(MoverSteps mover, State next, int abandoned, int keys) {
        mover.removeRows(next, abandoned, keys);
        if (mover.mover.phase == MovePhase.RETIRE && mover.settings.validation() && !next.removalAllowed) {
            next.broken = Rule.R8;
        }
    }

    static void forgetAtSource(MoverSteps mover) {
        forget(mover, State.SOURCE, mover.settings.across() ? Position.FORGET_AT_TARGET : Position.PHASE_DONE);
    }

    static void forgetAtTarget(MoverSteps mover) {
        forget(mover, State.TARGET, Position.PHASE_DONE);
    }

    /** From here on this mover can write nowhere in this database any more. */
    private static void forget(MoverSteps mover, int home, Position then) {
        if (mover.at(home).residency == Residency.GONE) {
            mover.look("finds no database at the " + Following.name(home), (next, moved) -> moved.at = then);
            return;
        }
        mover.commit(home, "forgets changes and lease at the " + Following.name(home), (next, moved) -> {
            Database database = mover.at(next, home);
            Arrays.fill(database.changes, 0);
            database.lease = 0;
            if (home == State.TARGET || !mover.settings.across()) {
                next.ranges = 0;
            }
            moved.at = then;
        });
    }
}
