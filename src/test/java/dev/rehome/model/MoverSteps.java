package dev.rehome.model;

import dev.rehome.model.Steps.Actor;
import java.util.function.BiConsumer;

/**
 * What one mover can do in one state. Every step is one transaction in one database, or one look at it. A transaction that
 * writes holds the lease until its commit (R7): whoever has lost it is refused and stops.
 */
final class MoverSteps {
    final Settings settings;
    final State state;
    final Mover mover;
    private final int place;
    private final Steps steps;
    private final Enter enter;

    MoverSteps(Settings settings, State state, int place, Steps steps) {
        this.settings = settings;
        this.state = state;
        this.place = place;
        this.mover = state.movers[place];
        this.steps = steps;
        this.enter = new Enter(settings);
    }

    Database at(int home) {
        return state.databases[settings.databaseOf(home)];
    }

    /** The same database in a later state. */
    Database at(State next, int home) {
        return next.databases[settings.databaseOf(home)];
    }

    boolean has(ProtocolBug bug) {
        return settings.has(bug);
    }

    /** Whether changes are recorded at the source: else there is nothing to follow, and all is copied in the fence. */
    boolean followed() {
        return at(State.SOURCE).capture || !settings.fencedPass();
    }

    /** A look, or a change of nothing but the mover's memory. */
    void look(String words, BiConsumer<State, Mover> effect) {
        State next = state.copy();
        Mover moved = next.movers[place];
        effect.accept(next, moved);
        steps.add(
                mover.lease == state.lease ? Actor.MOVER : Actor.LATE_MOVER,
                "mover " + mover.lease + " " + words,
                next);
    }

    /** A transaction in a home's database. */
    void commit(int home, String words, BiConsumer<State, Mover> effect) {
        if (holdsLease(home)) {
            look(words, effect);
        } else {
            refused(home == State.SOURCE ? "at the source" : "at the target");
        }
    }

    /** A transaction in the directory. */
    void journal(String words, BiConsumer<State, Mover> effect) {
        if (mover.lease == state.lease) {
            look(words, effect);
        } else {
            refused("in the journal");
        }
    }

    void refused(String where) {
        look("has lost the lease, is refused " + where + " and stops", (next, stopped) -> stopped.die());
    }

    boolean holdsLease(int home) {
        return at(home).lease == mover.lease || has(ProtocolBug.NO_LEASE_CHECK);
    }

    /** Whether the tenant's exclusive lock is to be had in the home's database: nobody is in, no other fence is up. */
    boolean drained(int home) {
        int database = settings.databaseOf(home);
        for (Node node : state.nodes) {
            boolean holds =
                    node.stage == Stage.IN || (node.stage == Stage.LOCKED && !has(ProtocolBug.RESIDENCY_BEFORE_LOCK));
            if (holds && settings.databaseOf(State.homeAt(node.cached)) == database) {
                return false;
            }
        }
        return noOtherFence(home);
    }

    boolean noOtherFence(int home) {
        for (Mover other : state.movers) {
            if (other.fence == settings.databaseOf(home) + 1 && other.lease != mover.lease) {
                return false;
            }
        }
        return true;
    }

    void raiseFence(State next, Mover moved, int home) {
        moved.fence = settings.databaseOf(home) + 1;
        at(next, home).fenceStays = has(ProtocolBug.FENCE_IS_A_STATE);
    }

    /** With the commit that the fence was for. */
    void lowerFence(State next, Mover moved, int home) {
        moved.fence = 0;
        at(next, home).fenceStays = false;
    }

    void removeDatabase(State next, int home) {
        next.databases[home] = new Database();
        next.databases[home].residency = Residency.GONE;
        if (home == State.TARGET) {
            next.ranges = 0;
        }
    }

    /** R8: says so if the home serves. */
    void removeRows(State next, int home, int keys) {
        if (enter.serving(next) == home) {
            next.broken = Rule.R8;
        }
        for (int key = 0; key < State.KEYS; key++) {
            if ((keys & (1 << key)) != 0) {
                next.rows[home][key] = State.ABSENT;
            }
        }
    }
}
