package dev.rehome.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount a month, as a range: what it is at least and at most, in the currency of the prices. Immutable; amounts have four
 * decimals, so equal ones are equal.
 */
public record Cost(BigDecimal low, BigDecimal high) {
    private static final int DECIMALS = 4;

    public static final Cost ZERO = new Cost(BigDecimal.ZERO, BigDecimal.ZERO);

    /** @throws IllegalArgumentException if the range is upside down */
    public Cost {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException("A cost is at least " + low + " and at most " + high + ".");
        }
        low = low.setScale(DECIMALS, RoundingMode.HALF_UP);
        high = high.setScale(DECIMALS, RoundingMode.HALF_UP);
    }

    public Cost plus(Cost other) {
        return new Cost(low.add(other.low), high.add(other.high));
    }

    public Cost minus(Cost other) {
        return new Cost(low.subtract(other.low), high.subtract(other.high));
    }

    public Cost times(long number) {
        return new Cost(low.multiply(BigDecimal.valueOf(number)), high.multiply(BigDecimal.valueOf(number)));
    }

    /** The middle of the range: what two costs are compared by. */
    public BigDecimal middle() {
        return low.add(high).divide(BigDecimal.valueOf(2), DECIMALS, RoundingMode.HALF_UP);
    }
}
