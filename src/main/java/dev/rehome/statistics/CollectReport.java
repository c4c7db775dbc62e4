package dev.rehome.statistics;

import java.time.Duration;
import java.util.Map;

/**
 * What a round of collecting has done. Immutable.
 *
 * @param ownHomes tenants with a home of their own, whose sizes were read from their databases' catalogs
 * @param counted tenants of shared tables whose rows were counted
 * @param countedRows how many rows that were
 * @param unchanged tenants of shared tables that have not written enough to be counted again
 * @param leftToCount tenants of shared tables that should be counted and were not: more than a round counts
 * @param points of history written: hours that were over, and days made of hours
 * @param failures by database, why it could not be looked at; its tenants keep what was known of them
 */
public record CollectReport(
        int ownHomes,
        int counted,
        long countedRows,
        int unchanged,
        int leftToCount,
        int points,
        Map<String, String> failures,
        Duration took) {
    public CollectReport {
        failures = Map.copyOf(failures);
    }
}
