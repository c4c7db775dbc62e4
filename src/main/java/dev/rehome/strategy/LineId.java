package dev.rehome.strategy;

import java.util.UUID;

/** Identifies one line, through all plans that take it over. */
public record LineId(UUID value) {
    public static LineId random() {
        return new LineId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
