package dev.rehome.move;

import java.time.Duration;

/** Says when a soak ends, and how. Asked again and again while it lasts; must answer quickly. */
@FunctionalInterface
public interface SoakDecision {

    /** What is to become of the move. */
    enum Verdict {
        GO_ON,
        RETIRE,
        ROLL_BACK
    }

    /** @param soaked how long the soak has lasted */
    Verdict decide(Duration soaked);

    /** Retires the old home when the configured time is over. */
    static SoakDecision after(Duration soak) {
        return soaked -> soaked.compareTo(soak) < 0 ? Verdict.GO_ON : Verdict.RETIRE;
    }
}
