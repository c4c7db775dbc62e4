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
            case EMPTIED -> FencedCopying.emptied(mover);
            case FENCED -> Switching.fenced(mover);
            case DRAINED -> Switching.drained(mover);
            case GIVING_UP -> advance(mover, MovePhase.CANCEL);
            case TARGET_READY -> Switching.targetReady(mover);
            case SWITCHED -> Switching.switched(mover);
            case TELL_DIRECTORY -> Switching.tellDirectory(mover);
            case STOP_CAPTURE -> Removing.stopCapture(mover);
            case LEAVE_FORWARD -> Removing.leaveForward(mover);
            case REMOVE_ROWS -> Removing.removeRows(mover);
            case FORGET_AT_SOURCE -> Removing.forgetAtSource(mover);
            case FORGET_AT_TARGET -> Removing.forgetAtTarget(mover);
            case PHASE_DONE -> advance(mover, successor(mover.mover.phase));
        }
    }

    /** A phase, one after the other: each can be begun again, by whoever comes. */
    private static void begin(MoverSteps mover) {
        if (mover.mover.phase.isCancellable()) {
            giveUp(mover);
        }
        switch (mover.mover.phase) {
            case PLANNED -> advance(mover, MovePhase.PREPARE);
            case PREPARE -> Copying.prepare(mover);
            case BACKFILL -> {
                if (!mover.followed()) {
                    advance(mover, MovePhase.CATCH_UP);
                }
                Copying.begin(mover);
            }
            case CATCH_UP -> {
                if (mover.followed()) {
                    Following.look(mover);
                }
                advance(mover, MovePhase.VERIFY);
            }
            case VERIFY -> {
                if (mover.followed()) {
                    compareThen(mover, () -> advance(mover, MovePhase.CUTOVER));
                } else {
                    advance(mover, MovePhase.CUTOVER);
                }
            }
            case CUTOVER, ROLL_BACK -> Switching.begin(mover);
            case SOAK -> {
                advance(mover, MovePhase.RETIRE);
                if (mover.settings.wayBack()) {
                    Following.look(mover);
                    advance(mover, MovePhase.ROLL_BACK);
                }
            }
            case RETIRE -> retire(mover);
            case CANCEL -> Removing.stopCapture(mover);
            case DONE, ROLLED_BACK, CANCELLED -> throw new IllegalStateException("The move has ended.");
        }
    }

    /** Before anything is removed the journal says CANCEL, behind which there is no way back into the move. */
    private static void giveUp(MoverSteps mover) {
        if (mover.has(ProtocolBug.CANCEL_NOT_WRITTEN_DOWN)) {
            mover.look("begins to cancel, and writes nothing down", (next, moved) -> moved.begin(MovePhase.CANCEL));
        } else if (mover.mover.phase != MovePhase.CUTOVER || mover.has(ProtocolBug.CANCEL_WITHOUT_ASKING)) {
            advance(mover, MovePhase.CANCEL);
        } else if (!Switching.isMade(mover)) {
            mover.look(
                    "wants to give up and finds the cutover not made", (next, moved) -> moved.at = Position.GIVING_UP);
        }
    }

    private static void retire(MoverSteps mover) {
        if (mover.state.removalAllowed || mover.has(ProtocolBug.RETIRE_WITHOUT_VERDICT)) {
            mover.look("begins to remove the old copy", (next, moved) -> moved.at = Position.STOP_CAPTURE);
        } else if (mover.settings.wayBack()) {
            compareThen(mover, () -> allowRemoval(mover));
        } else {
            allowRemoval(mover); // nothing was kept current that could be compared
        }
    }

    private static void allowRemoval(MoverSteps mover) {
        mover.journal("writes down that the old copy may be removed", (next, moved) -> next.removalAllowed = true);
    }

    private static void compareThen(MoverSteps mover, Runnable go) {
        if (mover.mover.verdict || !mover.settings.validation()) {
            go.run();
        } else {
            Following.look(mover);
            Comparing.all(mover);
        }
    }

    private static MovePhase successor(MovePhase phase) {
        return switch (phase) {
            case PREPARE -> MovePhase.BACKFILL;
            case BACKFILL -> MovePhase.CATCH_UP;
            case CUTOVER -> MovePhase.SOAK;
            case RETIRE -> MovePhase.DONE;
            case ROLL_BACK -> MovePhase.ROLLED_BACK;
            case CANCEL -> MovePhase.CANCELLED;
            case PLANNED, CATCH_UP, VERIFY, SOAK, DONE, ROLLED_BACK, CANCELLED ->
                throw new IllegalStateException(phase + " has no last step.");
        };
    }

    /** One conditional update of the journal, for one of the transitions that {@link MovePhase} allows. */
    private static void advance(MoverSteps mover, MovePhase phase) {
        if (!mover.mover.phase.next().contains(phase)) {
            throw new IllegalStateException(mover.mover.phase + " cannot be followed by " + phase);
        }
        mover.journal("writes " + phase + " into the journal", (next, moved) -> {
            next.phase = phase;
            moved.begin(phase);
            if (phase == MovePhase.SOAK && mover.settings.validation()) {
                moved.unverified = State.ALL_KEYS;
            }
            if (phase.isTerminal()) {
                moved.die();
            }
        });
    }
}
