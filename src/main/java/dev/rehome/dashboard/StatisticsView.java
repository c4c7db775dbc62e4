package dev.rehome.dashboard;

import dev.rehome.statistics.TenantStatistics;
import java.util.Map;
import java.util.TreeMap;

/** What is known of a tenant's size and load, or a point of its history, as the API and the command line answer it. */
public record StatisticsView(
        String tenant,
        String measuredAt,
        Map<String, Long> rows,
        long bytes,
        double transactionsPerSecond,
        double writesPerSecond,
        double averageQueryMillis,
        double p99QueryMillis) {
    private static final double NANOS = 1e6;

    public static StatisticsView of(TenantStatistics statistics) {
        return new StatisticsView(
                statistics.tenant().toString(),
                statistics.measuredAt().toString(),
                new TreeMap<>(statistics.rows()),
                statistics.bytes(),
                statistics.transactionsPerSecond(),
                statistics.writesPerSecond(),
                statistics.averageQueryTime().toNanos() / NANOS,
                statistics.p99QueryTime().toNanos() / NANOS);
    }
}
