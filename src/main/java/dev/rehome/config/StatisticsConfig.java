package dev.rehome.config;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
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
    /** Each push of a process is a transaction in the directory. */
    public static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

    /** What holds unless the file says otherwise. */
    public static final StatisticsConfig DEFAULT = new StatisticsConfig(
            true, Duration.ofMinutes(1), 500, 5, Duration.ofDays(7), Duration.ofDays(7), Duration.ofDays(400));

    /** @throws RehomeException (CONFIGURATION) if the interval is shorter than {@link #SHORTEST_INTERVAL} */
    public StatisticsConfig {
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Statistics are taken to the directory every " + interval.toMillis()
                            + " ms, which is too often. Give an interval of a second or more.");
        }
    }

    /** The same with another interval. */
    public StatisticsConfig every(Duration newInterval) {
        return new StatisticsConfig(
                enabled, newInterval, countsPerRound, recountPercent, recountAfter, keepHours, keepDays);
    }
}
