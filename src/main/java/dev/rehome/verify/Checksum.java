package dev.rehome.verify;

import java.math.BigInteger;

/**
 * The number of rows, and two sums of their hashes with different seeds, which do not depend on the order of the rows.
 * Equal rows have equal sums on every server.
 */
public record Checksum(long rows, BigInteger first, BigInteger second) {
    static final Checksum NOTHING = new Checksum(0, BigInteger.ZERO, BigInteger.ZERO);

    Checksum plus(Checksum other) {
        return new Checksum(rows + other.rows, first.add(other.first), second.add(other.second));
    }
}
