package dev.rehome.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What the whole fleet costs a month. Immutable.
 *
 * @param now with every tenant where it is
 * @param after with every tenant where the plan wants it
 * @param databases with a database for every tenant
 */
public record FleetCost(String currency, Cost now, Cost after, Cost databases) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** What the fleet saves now against a database for everybody, in percent of that, by the middles of the ranges. */
    public BigDecimal savingPercentNow() {
        return saving(now);
    }

    /** As {@link #savingPercentNow}, after the plan. */
    public BigDecimal savingPercentAfter() {
        return saving(after);
    }

    private BigDecimal saving(Cost cost) {
        BigDecimal all = databases.middle();
        return all.signum() == 0
                ? BigDecimal.ZERO
                : all.subtract(cost.middle()).multiply(HUNDRED).divide(all, 1, RoundingMode.HALF_UP);
    }
}
