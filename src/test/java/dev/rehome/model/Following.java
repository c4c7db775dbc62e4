package dev.rehome.model;

/**
 * A pass of the catch-up: SEEN, the changes of one snapshot; their rows as they are in it, brought to the other home; then
 * exactly those changes forgotten. Within one database the last two are one commit. With the fence up they are forgotten by the
 * fence's own commit, which is the cutover.
 */
final class Following {
    private Following() {}

    /** Returns whether there was anything to see. */
    static boolean look(MoverSteps mover) {
        int from = mover.mover.from();
        Database database = mover.at(from);
        boolean serves = database.residency == Residency.HERE && State.homeAt(database.epoch) == from;
        boolean changed = database.changes[0] != 0 || database.changes[1] != 0;
        if (!changed || !(serves || mover.has(ProtocolBug.FOLLOW_A_HOME_THAT_LEFT))) {
            return false;
        }
        mover.commit(from, "sees the changes recorded at the " + name(from), (next, moved) -> {
            for (int key = 0; key < State.KEYS; key++) {
                moved.seen[key] = database.changes[key];
                moved.rows[key] = moved.seen[key] == 0 ? 0 : next.rows[from][key];
            }
            moved.at = Position.APPLY;
        });
        return true;
    }

    static void apply(MoverSteps mover) {
        int to = mover.mover.to();
        if (mover.mover.fence > 0 && !mover.has(ProtocolBug.FORGET_BEFORE_APPLIED)) {
            mover.commit(to, "applies them to the " + name(to) + " behind the fence", (next, moved) -> {
                bring(next, moved);
                doubt(mover, moved);
                moved.at = Position.DRAINED;
            });
        } else if (!mover.settings.across()) {
            mover.commit(to, "applies them to the " + name(to) + " and forgets them", (next, moved) -> {
                bring(next, moved);
                forget(mover, next, moved);
                end(mover, moved);
            });
        } else if (mover.has(ProtocolBug.FORGET_BEFORE_APPLIED)) {
            mover.commit(mover.mover.from(), "forgets them before they are applied", (next, moved) -> {
                forget(mover, next, moved);
                moved.at = Position.FORGET;
            });
        } else {
            mover.commit(to, "applies them to the " + name(to), (next, moved) -> {
                bring(next, moved);
                moved.at = Position.FORGET;
            });
        }
    }

    static void forget(MoverSteps mover) {
        if (mover.has(ProtocolBug.FORGET_BEFORE_APPLIED)) {
            int to = mover.mover.to();
            mover.commit(to, "applies them to the " + name(to), (next, moved) -> {
                bring(next, moved);
                end(mover, moved);
            });
        } else {
            int from = mover.mover.from();
            mover.commit(from, "forgets them at the " + name(from), (next, moved) -> {
                forget(mover, next, moved);
                end(mover, moved);
            });
        }
    }

    private static void bring(State next, Mover moved) {
        for (int key = 0; key < State.KEYS; key++) {
            if (moved.seen[key] != 0) {
                next.rows[moved.to()][key] = moved.rows[key];
            }
        }
    }

    /** Exactly what was seen; behind a fence that is all there is. */
    static void forget(MoverSteps mover, State next, Mover moved) {
        int[] changes = mover.at(next, moved.from()).changes;
        int highest = Integer.highestOneBit(moved.seen[0] | moved.seen[1]);
        for (int key = 0; key < State.KEYS; key++) {
            changes[key] &= mover.has(ProtocolBug.FORGET_BY_NUMBER) ? -(highest << 1) : ~moved.seen[key];
        }
    }

    private static void doubt(MoverSteps mover, Mover moved) {
        for (int key = 0; key < State.KEYS; key++) {
            if (moved.seen[key] != 0 && mover.settings.validation()) {
                moved.unverified |= 1 << key;
            }
        }
    }

    private static void end(MoverSteps mover, Mover moved) {
        doubt(mover, moved);
        moved.forget();
        moved.at = moved.fence > 0 ? Position.DRAINED : Position.BEGIN;
    }

    static String name(int home) {
        return home == State.SOURCE ? "source" : "target";
    }
}
