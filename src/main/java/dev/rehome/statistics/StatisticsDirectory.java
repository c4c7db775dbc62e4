package dev.rehome.statistics;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.measure.Load;
import dev.rehome.measure.LoadRow;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the directory knows of the tenants' sizes and loads, those of all application processes added up. Only PostgreSQL has it.
 * Thread-safe; failures of the database are {@link RehomeException}s (EXTERNAL).
 */
public final class StatisticsDirectory {
    /** From the beginning of the last full hour, or since anybody has measured, until somebody has last told. */
    private static final String WINDOW = """
            select extract(epoch from max(pushed_at) - greatest(min(started_at),
                       date_trunc('hour', now(), 'UTC') - interval '1 hour'))
              from rehome_directory.statistics_node
             where pushed_at > date_trunc('hour', now(), 'UTC') - interval '1 hour'""";

    private static final String SIZES = """
            select tenant_id, measured_at, tables, row_counts, bytes from rehome_directory.tenant_size
             where ?::uuid is null or tenant_id = ?::uuid""";
    private static final String LOADS = """
            select tenant_id, transactions, writing_transactions, written_rows, queries, query_micros, first_bucket, buckets
              from rehome_directory.tenant_load
             where hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour' and (?::uuid is null or tenant_id = ?::uuid)""";
    private static final String HISTORY = """
            select begins, extract(epoch from case span when 'HOUR' then interval '1 hour' else interval '1 day' end),
                   tables, row_counts, bytes,
                   transactions, writing_transactions, written_rows, queries, query_micros, first_bucket, buckets
              from rehome_directory.tenant_point
             where tenant_id = ? and begins >= ? order by begins""";

    private final ConnectionSource connections;

    public StatisticsDirectory(ConnectionSource connections) {
        this.connections = connections;
    }

    /** How all tenants stand that have been counted, or have done something in the last hour; by tenant. */
    public List<TenantStatistics> all() {
        return current(null);
    }

    /** How the tenant stands; empty if nothing is known of it yet. */
    public Optional<TenantStatistics> of(TenantId tenant) {
        return current(tenant).stream().findFirst();
    }

    /**
     * How the tenant stood, oldest first: by hour of late, by day before. An hour in which it did nothing has no point. The time of a
     * point is the beginning of its hour or day.
     */
    public List<TenantStatistics> history(TenantId tenant, Instant since) {
        return connections.transact(connection -> {
            List<TenantStatistics> points = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(HISTORY)) {
                statement.setObject(1, tenant.value());
                statement.setObject(2, OffsetDateTime.ofInstant(since, ZoneOffset.UTC));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        Instant begins = row.getObject(1, OffsetDateTime.class).toInstant();
                        Size size = new Size(begins, Rows.read(row, 3), row.getLong(5));
                        points.add(statistics(tenant, size, LoadRow.read(row, 6), row.getDouble(2)));
                    }
                }
            }
            return points;
        });
    }

    private record Size(Instant measuredAt, Map<String, Long> rows, long bytes) {}

    private List<TenantStatistics> current(@Nullable TenantId tenant) {
        return connections.transact(connection -> {
            double seconds = windowSeconds(connection);
            Map<TenantId, Load> loads = loads(connection, tenant);
            Map<TenantId, Size> sizes = sizes(connection, tenant);
            Instant now = now(connection);
            List<TenantStatistics> all = new ArrayList<>();
            sizes.forEach((each, size) -> {
                Load load = loads.remove(each);
                all.add(statistics(each, size, load == null ? Load.NONE : load, seconds));
            });
            loads.forEach((each, load) -> all.add(statistics(each, new Size(now, Map.of(), 0), load, seconds)));
            all.sort(Comparator.comparing(TenantStatistics::tenant));
            return all;
        });
    }

    private static TenantStatistics statistics(TenantId tenant, Size size, Load load, double seconds) {
        return new TenantStatistics(
                tenant,
                size.measuredAt,
                size.rows,
                size.bytes,
                seconds <= 0 ? 0 : load.transactions() / seconds,
                seconds <= 0 ? 0 : load.writtenRows() / seconds,
                load.averageQueryTime(),
                load.queryTimes().quantile(0.99));
    }

    /** At least a second, so that the first news of a process is no burst. */
    private static double windowSeconds(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WINDOW);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getObject(1) == null ? 0 : Math.max(1, row.getDouble(1));
        }
    }

    private static Instant now(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select now()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static Map<TenantId, Load> loads(Connection connection, @Nullable TenantId tenant) throws SQLException {
        Map<TenantId, Load> loads = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LOADS)) {
            bind(statement, tenant);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    loads.merge(TenantId.of(row.getObject(1, UUID.class)), LoadRow.read(row, 2), Load::plus);
                }
            }
        }
        return loads;
    }

    private static Map<TenantId, Size> sizes(Connection connection, @Nullable TenantId tenant) throws SQLException {
        Map<TenantId, Size> sizes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SIZES)) {
            bind(statement, tenant);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sizes.put(
                            TenantId.of(row.getObject(1, UUID.class)),
                            new Size(
                                    row.getObject(2, OffsetDateTime.class).toInstant(),
                                    Rows.read(row, 3),
                                    row.getLong(5)));
                }
            }
        }
        return sizes;
    }

    private static void bind(PreparedStatement statement, @Nullable TenantId tenant) throws SQLException {
        UUID id = tenant == null ? null : tenant.value();
        statement.setObject(1, id, Types.OTHER);
        statement.setObject(2, id, Types.OTHER);
    }
}
