package dev.rehome.verify;

/**
 * What was compared of one table.
 *
 * @param ranges in how many pieces
 * @param source each piece as it was last read at the source; if rows were being written, of no single moment
 */
public record VerifiedTable(String name, int ranges, Checksum source) {
    public long rows() {
        return source.rows();
    }
}
