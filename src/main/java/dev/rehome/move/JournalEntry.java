package dev.rehome.move;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of a move's journal: what happened, when, in which phase.
 *
 * @param by who decided it, or brought it about; empty for the steps on the way
 */
public record JournalEntry(Instant writtenAt, MovePhase phase, String note, Optional<String> by) {
    @Override
    public String toString() {
        return phase + ": " + note + by.map(who -> " (" + who + ")").orElse("");
    }
}
