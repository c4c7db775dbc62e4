package dev.rehome.model;

import dev.rehome.move.MovePhase;

/** The protocol of a move: how it begins, and everything that can happen next. */
final class Protocol {
    private final Settings settings;
    private final Applications applications;
    private final Leases leases;

    Protocol(Settings settings) {
        this.settings = settings;
        this.applications = new Applications(settings);
        this.leases = new Leases(settings);
    }

    /** The tenant lives in the source at epoch 1, everybody knows it, and a move has been written down. */
    State begin() {
        State state = new State();
        state.databases[0].reside(Residency.HERE, 1, false);
        if (settings.drops()) {
            state.databases[1].residency = Residency.GONE;
        }
        state.movers[0].lease = 1;
        state.movers[0].unverified = settings.validation() ? State.ALL_KEYS : 0;
        return state;
    }

    void next(State state, Steps steps) {
        applications.add(state, steps);
        for (int place = 0; place < state.movers.length; place++) {
            if (state.movers[place].lives()) {
                move(new MoverSteps(settings, state, place, steps));
            }
        }
        leases.takeOver(state, steps);
        leases.crash(state, steps);
        leases.damage(state, steps);
        Leases.takeFenceDown(state, steps);
    }

    private static void move(MoverSteps mover) {
        switch (mover.mover.at) {
            case CLAIM_SOURCE -> Leases.claimSource(mover);
            case CLAIM_TARGET -> Leases.claimTarget(mover);
            case CONFIRM -> Leases.confirm(mover);
            case CLAIM_CREATED -> Leases.claimCreated(mover);
            case BEGIN -> begin(mover);
            case SNAPSHOT -> Copying.snapshot(mover);
            case COPY -> Copying.copy(mover);
            case APPLY -> Following.apply(mover);
            case FORGET -> Following.forget(mover);
            case FENCED -> Switching.fenced(mover);
            case DRAINED -> Switching.drained(mover);
            case TARGET_READY -> Switching.targetReady(mover);
            case SWITCHED -> Switching.switched(mover);
            case TELL_DIRECTORY -> Switching.tellDirectory(mover);
            case STOP_CAPTURE -> Removing.stopCapture(mover);
            case LEAVE_FORWARD -> Removing.leaveForward(mover);
            case REMOVE_ROWS -> Removing.removeRows(mover);
            case FORGET_AT_ABANDONED -> Removing.forgetAtAbandoned(mover);
            case FORGET_AT_SERVING -> Removing.forgetAtServing(mover);
            case PHASE_DONE, REMOVED -> advance(mover, successor(mover));
        }
    }

    /** A phase, one after the other: each can be begun again, by whoever comes. */
    private static void begin(MoverSteps mover) {
        if (mover.mover.cancelling) {
            Removing.stopCapture(mover);
            return;
        }
        Removing.cancel(mover);
        switch (mover.mover.phase) {
            case PLANNED -> advance(mover, MovePhase.PREPARE);
            case PREPARE -> Copying.prepare(mover);
            case BACKFILL -> Copying.begin(mover);
            case CATCH_UP -> {
                Following.look(mover);
                advance(mover, MovePhase.VERIFY);
            }
            case VERIFY -> compareThen(mover, () -> advance(mover, MovePhase.CUTOVER));
            case CUTOVER, ROLL_BACK -> Switching.begin(mover);
            case SOAK -> {
                Following.look(mover);
                advance(mover, MovePhase.RETIRE);
                advance(mover, MovePhase.ROLL_BACK);
            }
            case RETIRE -> retire(mover);
            case DONE, ROLLED_BACK, CANCELLED -> throw new IllegalStateException("The move has ended.");
        }
    }

    private static void retire(MoverSteps mover) {
        if (mover.state.removalAllowed || mover.has(ProtocolBug.RETIRE_WITHOUT_VERDICT)) {
            mover.look("begins to remove the old copy", (next, moved) -> moved.at = Position.STOP_CAPTURE);
        } else {
            compareThen(
                    mover,
                    () -> mover.journal(
                            "writes down that the old copy may be removed",
                            (next, moved) -> next.removalAllowed = true));
        }
    }

    private static void compareThen(MoverSteps mover, Runnable go) {
        if (mover.mover.verdict || !mover.settings.validation()) {
            go.run();
        } else {
            Following.look(mover);
            Comparing.all(mover);
        }
    }

    private static MovePhase successor(MoverSteps mover) {
        boolean removed = mover.mover.at == Position.REMOVED;
        return switch (mover.mover.phase) {
            case PREPARE -> removed ? MovePhase.CANCELLED : MovePhase.BACKFILL;
            case BACKFILL -> removed ? MovePhase.CANCELLED : MovePhase.CATCH_UP;
            case CUTOVER -> removed ? MovePhase.CANCELLED : MovePhase.SOAK;
            case RETIRE -> MovePhase.DONE;
            case ROLL_BACK -> MovePhase.ROLLED_BACK;
            case PLANNED, CATCH_UP, VERIFY -> MovePhase.CANCELLED;
            case SOAK, DONE, ROLLED_BACK, CANCELLED -> throw new IllegalStateException("Nothing to be done.");
        };
    }

    /** One conditional update of the journal, for one of the transitions that {@link MovePhase} allows. */
    private static void advance(MoverSteps mover, MovePhase phase) {
        if (!mover.mover.phase.next().contains(phase)) {
            throw new IllegalStateException(mover.mover.phase + " cannot be followed by " + phase);
        }
        mover.journal("writes " + phase + " into the journal", (next, moved) -> {
            next.phase = phase;
            next.cancelling = false;
            moved.phase = phase;
            moved.verdict = false;
            moved.at = Position.BEGIN;
            if (phase == MovePhase.SOAK && mover.settings.validation()) {
                moved.unverified = State.ALL_KEYS;
            }
            if (phase.isTerminal()) {
                moved.die();
            }
        });
    }
}
