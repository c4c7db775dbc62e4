package dev.rehome.statistics;

import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How large a tenant is, and how much it does. Immutable.
 *
 * @param measuredAt when its size was last known to be right; who decides by it looks whether that is long ago
 * @param rows by table; empty if they have not been counted yet, which is not the same as 0
 * @param bytes its part of the disk, indexes included; of shared tables in proportion to its rows
 * @param transactionsPerSecond that entered its home: the average of the last one to two hours, or of the hour or day of a point of its
 *     history
 * @param writesPerSecond rows inserted, updated and deleted, likewise
 * @param averageQueryTime of a statement, as its caller waited; zero if there was none
 * @param p99QueryTime which 99 in 100 statements did not exceed, right to a fifth; zero if there was none
 */
public record TenantStatistics(
        TenantId tenant,
        Instant measuredAt,
        Map<String, Long> rows,
        long bytes,
        double transactionsPerSecond,
        double writesPerSecond,
        Duration averageQueryTime,
        Duration p99QueryTime) {

    public TenantStatistics {
        rows = Map.copyOf(rows);
    }

    /** Of a table; 0 if there is no such table, or its rows have not been counted. */
    public long rowsOf(String table) {
        return rows.getOrDefault(table, 0L);
    }

    public long totalRows() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
