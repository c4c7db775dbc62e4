package dev.rehome.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a tenant may reach before it should be moved to a tier that is more its own. Immutable.
 *
 * @param schema beyond which it should have a schema of its own
 * @param database beyond which it should have a database of its own
 */
public record MigrationThresholds(Threshold schema, Threshold database) {

    /** Of a database only: what a tenant may reach in either other tier. */
    public MigrationThresholds(long customers, long orders, Duration averageQueryTime) {
        this(
                Threshold.NONE,
                new Threshold(OptionalLong.of(customers), OptionalLong.of(orders), Optional.of(averageQueryTime)));
    }

    /**
     * A tenant is beyond it as soon as it is beyond one of these. What is empty is not looked at.
     *
     * @param customers number of customers
     * @param orders number of orders
     * @param averageQueryTime mean time of the tenant's queries
     */
    public record Threshold(OptionalLong customers, OptionalLong orders, Optional<Duration> averageQueryTime) {
        public static final Threshold NONE =
                new Threshold(OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
    }
}
