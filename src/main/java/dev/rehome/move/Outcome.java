package dev.rehome.move;

import java.time.Duration;

/** What a phase says when it has run: it never knows its successor. */
sealed interface Outcome {
    /** The phase's work is done. */
    record Advance(String note) implements Outcome {}

    /** It is not time yet; run the phase again after the pause. */
    record Wait(Duration pause, String reason) implements Outcome {}

    /** The operator wants the old home back. Only the soak may say so. */
    record TurnBack(String note) implements Outcome {}

    /** The operator wants the move given up, before its cutover. */
    record GiveUp(String note) implements Outcome {}

    /** The phase cannot be done now; the move stands where it is, and may be run again when the reason is gone. */
    record Fail(String reason) implements Outcome {}
}
