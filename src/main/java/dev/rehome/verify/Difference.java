package dev.rehome.verify;

import java.util.List;

/**
 * A row that the homes disagree about. Its content is not kept.
 *
 * @param key the texts of all the primary key's columns, in the key's order
 * @param repaired whether the homes agreed about it before the verification ended
 */
public record Difference(String table, List<String> key, Kind kind, boolean repaired) {
    public enum Kind {
        /** At the source, not at the target. */
        MISSING,
        /** At the target, not at the source. */
        EXTRA,
        /** In both, with different content. */
        DIFFERENT
    }

    public Difference {
        key = List.copyOf(key);
    }
}
