package dev.rehome.config;

import java.time.Duration;

/**
 * What is measured of tenants, and for how long it is kept. Immutable.
 *
 * @param enabled whether applications count what their tenants do
 * @param interval at which each process takes its sums to the directory
 * @param countsPerRound how many tenants of shared tables a round of collecting counts the rows of
 * @param recountPercent of its rows that a tenant of shared tables has to have written since its last count to be counted again
 * @param recountAfter when it is counted again even if nothing is known of writes
 * @param keepHours for how long the history has each hour
 * @param keepDays for how long it has each day
 */
public record StatisticsConfig(
        boolean enabled,
        Duration interval,
        int countsPerRound,
        int recountPercent,
        Duration recountAfter,
        Duration keepHours,
        Duration keepDays) {
    /** What holds unless the file says otherwise. */
    public static final StatisticsConfig DEFAULT = new StatisticsConfig(
            true, Duration.ofMinutes(1), 500, 5, Duration.ofDays(7), Duration.ofDays(7), Duration.ofDays(400));

    /** The same with another interval. */
    public StatisticsConfig every(Duration newInterval) {
        return new StatisticsConfig(
                enabled, newInterval, countsPerRound, recountPercent, recountAfter, keepHours, keepDays);
    }
}
