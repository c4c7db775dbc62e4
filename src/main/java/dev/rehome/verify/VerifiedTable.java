package dev.rehome.verify;

/**
 * What was compared of one table, and what was found. Immutable.
 *
 * @param ranges in how many pieces
 * @param unequalRanges how many of them did not have the same sum at both sides in the end: their rows were looked at one by
 *     one, and were equal or on their way, as they were being written, or could not be repaired
 * @param source each piece as it was last read at the source; if rows were being written, of no single moment
 * @param target each piece as it was last read at the target, after repairs; equal to the source's, but for the
 *     unequal ranges
 * @param missing rows that were at the source and not at the target
 * @param extra rows that were at the target and not at the source
 * @param different rows that were in both with different content
 * @param repaired how many of these were equal when they were looked at again
 * @param foreignAtSource rows of other tenants in the source; of a shared home, where they belong, zero
 * @param foreignAtTarget as at the source
 */
public record VerifiedTable(
        String name,
        int ranges,
        int unequalRanges,
        Checksum source,
        Checksum target,
        long missing,
        long extra,
        long different,
        long repaired,
        long foreignAtSource,
        long foreignAtTarget) {
    public VerifiedTable {
        if (repaired > missing + extra + different) {
            throw new IllegalArgumentException("More rows repaired than differed.");
        }
    }

    public long rows() {
        return source.rows();
    }

    public long differences() {
        return missing + extra + different;
    }

    public long foreignRows() {
        return foreignAtSource + foreignAtTarget;
    }
}
