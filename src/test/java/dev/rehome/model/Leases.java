package dev.rehome.model;

import dev.rehome.model.Steps.Actor;
import dev.rehome.move.MovePhase;

/**
 * How movers come and go. A new one takes the next lease number in the journal and claims it in the databases of both homes
 * before it does anything; the old one may be dead, or only slow.
 */
final class Leases {
    private final Settings settings;
    private final Enter enter;

    Leases(Settings settings) {
        this.settings = settings;
        this.enter = new Enter(settings);
    }

    void takeOver(State state, Steps steps) {
        if (state.ended() || !canTakeOver(state)) {
            return;
        }
        for (int place = 0; place < state.movers.length; place++) {
            if (!state.movers[place].lives()) {
                State next = state.copy();
                Mover mover = next.movers[place];
                mover.lease = ++next.lease;
                mover.phase = next.phase;
                mover.at = Position.CLAIM_SOURCE;
                boolean trusts = settings.has(ProtocolBug.TRUST_OLD_VERIFICATION) && mover.phase == MovePhase.CUTOVER;
                mover.unverified = settings.validation() && !trusts ? State.ALL_KEYS : 0;
                steps.add(Actor.TAKEOVER, "mover " + mover.lease + " takes over in " + mover.phase, next);
                return;
            }
        }
    }

    private boolean canTakeOver(State state) {
        return state.lease <= settings.takeovers();
    }

    static void claimSource(MoverSteps mover) {
        claim(mover, State.SOURCE, mover.settings.across() ? Position.CLAIM_TARGET : Position.CONFIRM);
    }

    static void claimTarget(MoverSteps mover) {
        claim(mover, State.TARGET, Position.CONFIRM);
    }

    static void claimCreated(MoverSteps mover) {
        claim(mover, State.TARGET, Position.PHASE_DONE);
    }

    private static void claim(MoverSteps mover, int home, Position then) {
        String name = "the " + Following.name(home);
        if (mover.at(home).residency == Residency.GONE) {
            mover.look("finds no database at " + name, (next, moved) -> moved.at = then);
        } else if (mover.at(home).lease > mover.mover.lease) {
            mover.refused("when it claims " + name);
        } else {
            mover.look("claims its lease at " + name, (next, moved) -> {
                mover.at(next, home).lease = moved.lease;
                moved.at = then;
            });
        }
    }

    /** A move that has ended has left no lease to be refused by; whoever was overtaken by all of it asks once more. */
    static void confirm(MoverSteps mover) {
        if (mover.has(ProtocolBug.CLAIM_NOT_CONFIRMED)) {
            mover.look("does not ask whether the lease is still its own", (next, moved) -> moved.at = Position.BEGIN);
        } else if (mover.mover.lease == mover.state.lease) {
            mover.look("finds that the lease is still its own", (next, moved) -> moved.at = Position.BEGIN);
        } else {
            mover.refused("by the journal");
        }
    }

    /** The holder of the lease dies, if somebody is left to take over. */
    void crash(State state, Steps steps) {
        if (state.ended() || !canTakeOver(state)) {
            return;
        }
        for (int place = 0; place < state.movers.length; place++) {
            if (state.movers[place].lease == state.lease) {
                State next = state.copy();
                next.movers[place].die();
                steps.add(Actor.CRASH, "mover " + state.lease + " crashes", next);
            }
        }
    }

    /**
     * The server of the copy that does not serve stops, and comes up again with a row damaged: once, where both sides are
     * compared. All movers lose their connections and give up. This is why nothing is trusted that was compared before.
     */
    void damage(State state, Steps steps) {
        int serving = enter.serving(state);
        if (!settings.validation() || state.damageDone || state.ended() || !canTakeOver(state) || serving < 0) {
            return;
        }
        for (int key = 0; key < State.KEYS; key++) {
            if (state.rows[1 - serving][key] != State.ABSENT) {
                State next = state.copy();
                for (Mover mover : next.movers) {
                    mover.die();
                }
                next.rows[1 - serving][key] = State.DAMAGED;
                next.damageDone = true;
                steps.add(
                        Actor.CRASH,
                        "a server crashes, all movers give up, key " + key
                                + " of the copy that does not serve is damaged",
                        next);
            }
        }
    }

    /** Whatever holds a fence and is not heard of loses its connection. The mover, if it lives, tries again later (R6). */
    static void takeFenceDown(State state, Steps steps) {
        for (int place = 0; place < state.movers.length; place++) {
            if (state.movers[place].fence > 0) {
                State next = state.copy();
                Mover mover = next.movers[place];
                mover.fence = 0;
                if (mover.at != Position.APPLY && mover.at != Position.FORGET) {
                    mover.at = Position.BEGIN;
                    mover.forget();
                }
                steps.add(Actor.SERVER, "the server takes down the fence of mover " + mover.lease, next);
            }
        }
    }
}
