package dev.rehome.move;

/**
 * Ends a phase where it stands, at a point where that does no harm: the operator wants something else. Not an error; thrown
 * through whatever works at the time, and caught by {@link MoveRun}.
 */
final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    Stopped(Outcome outcome) {
        super(outcome.toString(), null, false, false);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
