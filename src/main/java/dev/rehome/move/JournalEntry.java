package dev.rehome.move;

import java.time.Instant;

/** A line of a move's journal: what happened, when, in which phase. */
public record JournalEntry(Instant writtenAt, MovePhase phase, String note) {
    @Override
    public String toString() {
        return phase + ": " + note;
    }
}
