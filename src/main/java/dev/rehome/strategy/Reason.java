package dev.rehome.strategy;

/**
 * Why the strategy wishes a move.
 *
 * @param text with the figures, as in {@code orders 612,340 > 500,000}
 */
public record Reason(Kind kind, String text) {

    /** In the order in which moves are made. */
    public enum Kind {
        /** The tenant is not in the region that it has to be in. */
        REGION,
        /** The operator wants it. */
        OVERRIDE,
        /** Its queries take long where it is. */
        QUERY_TIME,
        /** It has outgrown its tier. */
        SIZE,
        /** Too many schemas are in its database. */
        SCHEMAS,
        /** Its server has too much to do. */
        LOAD,
        /** It has become small enough for a cheaper tier. */
        SHRUNK
    }
}
