package dev.rehome.move;

/** What an operator can ask of a move, whichever process runs it. It is carried out at the next point where that does no harm. */
public enum MoveRequest {
    /** Do nothing more until it is resumed. The tenant is served meanwhile, and changes are recorded. */
    PAUSE("paused"),
    /** Give up and remove what was made: before the cutover only. */
    CANCEL("cancelled"),
    /** Make the cutover that was held back. */
    CUTOVER("cut over"),
    /** End the soak by going back to the old home. */
    ROLL_BACK("rolled back"),
    /** End the soak now, and remove the old home's copy. */
    RETIRE("retired");

    private final String done;

    MoveRequest(String done) {
        this.done = done;
    }

    /** As in "cannot be paused". */
    String participle() {
        return done;
    }

    /** Whether it may come in the place of one that was asked before and is not done yet: the ways back come before everything. */
    boolean supersedes(MoveRequest earlier) {
        return this == earlier || this == CANCEL || this == ROLL_BACK;
    }

    /** Whether it still makes sense when the move is in this phase. */
    public boolean isPossibleIn(MovePhase phase) {
        return switch (this) {
            case PAUSE -> !phase.isTerminal();
            case CANCEL, CUTOVER -> phase.isCancellable();
            case ROLL_BACK, RETIRE -> phase == MovePhase.SOAK;
        };
    }
}
