package dev.rehome.move;

import java.util.UUID;

/** Identifies one move. */
public record MoveId(UUID value) {
    public static MoveId random() {
        return new MoveId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
