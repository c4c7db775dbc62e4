package dev.rehome.verify;

import java.math.BigInteger;

/**
 * The number of rows, and the sum of their hashes, which does not depend on the order of the rows. Equal rows have equal
 * sums on every server.
 */
public record Checksum(long rows, BigInteger sum) {
    static final Checksum NOTHING = new Checksum(0, BigInteger.ZERO);

    Checksum plus(Checksum other) {
        return new Checksum(rows + other.rows, sum.add(other.sum));
    }
}
