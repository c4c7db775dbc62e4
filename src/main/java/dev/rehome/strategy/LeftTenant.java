package dev.rehome.strategy;

import dev.rehome.tenant.TenantId;

/**
 * A tenant that a plan leaves where it is, though something speaks for a move or nobody can tell.
 *
 * @param text with the figures, for people
 */
public record LeftTenant(TenantId tenant, Kind kind, String text) {

    /** What keeps it. */
    public enum Kind {
        /** It was never measured. */
        NOT_MEASURED,
        /** What was measured is too old. */
        STALE,
        /** The operator has pinned it. */
        PINNED,
        /** It is in a move. */
        IN_MOVE,
        /** It is suspended, or something else is done with it. */
        NOT_ACTIVE,
        /** It was moved a short time ago. */
        COOLING_DOWN,
        /** A short time ago it was moved the other way. */
        TURNED,
        /** No server that it may be on has room. */
        NO_ROOM,
        /** It is small enough for a cheaper tier, but came for its query time, and would be as slow there again. */
        QUERY_TIME
    }
}
