package dev.rehome.model;

import dev.rehome.move.MovePhase;
import java.util.Arrays;

/**
 * PREPARE and BACKFILL: an empty target, capture on, a snapshot, then the ranges one by one in any order. Ranges that have
 * arrived stay after a crash; the others come from a new snapshot, while capture has been on all the time.
 */
final class Copying {
    private Copying() {}

    /**
     * A database is not created or dropped in a transaction: one at the source holds the lease meanwhile, and the new
     * database's own is claimed afterwards.
     */
    static void prepare(MoverSteps mover) {
        if (mover.settings.drops()) {
            mover.commit(State.SOURCE, "creates the target's database anew", (next, moved) -> {
                mover.removeRows(next, State.TARGET, State.ALL_KEYS);
                mover.removeDatabase(next, State.TARGET);
                mover.at(next, State.TARGET).residency = Residency.UNKNOWN;
                moved.at = Position.CLAIM_CREATED;
            });
        } else {
            mover.commit(State.TARGET, "empties the target", (next, moved) -> {
                mover.removeRows(next, State.TARGET, State.ALL_KEYS);
                next.ranges = 0;
                moved.at = Position.PHASE_DONE;
            });
        }
    }

    static void begin(MoverSteps mover) {
        if (mover.has(ProtocolBug.CAPTURE_AFTER_SNAPSHOT)) {
            takeSnapshot(mover, Position.SNAPSHOT);
        } else {
            switchCaptureOn(mover, mover.state.ranges == State.ALL_KEYS ? Position.PHASE_DONE : Position.SNAPSHOT);
        }
    }

    static void snapshot(MoverSteps mover) {
        if (mover.has(ProtocolBug.CAPTURE_AFTER_SNAPSHOT)) {
            switchCaptureOn(mover, Position.COPY);
        } else {
            takeSnapshot(mover, Position.COPY);
        }
    }

    /** The exclusive lock waits for whoever entered before; whoever enters afterwards is captured. */
    private static void switchCaptureOn(MoverSteps mover, Position then) {
        if (mover.drained(State.SOURCE) || mover.has(ProtocolBug.CAPTURE_WITHOUT_FENCE)) {
            mover.commit(State.SOURCE, "switches capture on at the source", (next, moved) -> {
                mover.at(next, State.SOURCE).capture = true;
                moved.at = then;
            });
        }
    }

    private static void takeSnapshot(MoverSteps mover, Position then) {
        mover.look("takes the snapshot of the backfill", (next, moved) -> {
            System.arraycopy(next.rows[State.SOURCE], 0, moved.rows, 0, State.KEYS);
            moved.at = then;
        });
    }

    static void copy(MoverSteps mover) {
        for (int range = 0; range < State.KEYS; range++) {
            int key = range;
            if ((mover.state.ranges & (1 << key)) == 0) {
                mover.commit(State.TARGET, "copies the range of key " + key, (next, moved) -> {
                    next.rows[State.TARGET][key] = moved.rows[key];
                    next.ranges |= 1 << key;
                    if (next.ranges == State.ALL_KEYS) {
                        moved.forget();
                        moved.at = Position.PHASE_DONE;
                    }
                });
            }
        }
        if (mover.has(ProtocolBug.FORGET_BEFORE_COPIED) && mover.mover.phase == MovePhase.BACKFILL) {
            mover.commit(State.SOURCE, "applies and forgets what has changed so far", (next, moved) -> {
                int[] changes = mover.at(next, State.SOURCE).changes;
                for (int key = 0; key < State.KEYS; key++) {
                    if (changes[key] != 0) {
                        next.rows[State.TARGET][key] = next.rows[State.SOURCE][key];
                    }
                }
                Arrays.fill(changes, 0);
            });
        }
    }
}
