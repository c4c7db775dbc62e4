package dev.rehome.strategy;

import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;

/**
 * How near a tenant has come to what sends it to a higher tier, by what comes nearest. Immutable.
 *
 * @param next the tier that it is near
 * @param figure as the strategy file calls it
 * @param value of the tenant: rows, or milliseconds of {@code avg_query_time}
 * @param limit beyond which it goes, likewise
 */
public record Nearness(TenantId tenant, Tier tier, Tier next, String figure, double value, double limit) {
    /** 1 at the threshold; of a threshold of 0, the value. */
    public double part() {
        return limit == 0 ? value : value / limit;
    }
}
