package dev.rehome.statistics;

import dev.rehome.config.StatisticsConfig;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.measure.Load;
import dev.rehome.measure.LoadRow;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes points of history of hours that are over, days of old hours, and forgets old days: what is made and what it is made of change
 * hands in one transaction, so that nothing is in both or in neither. Thread-safe.
 */
final class History {
    /** Tenants in one transaction. */
    private static final int BATCH = 500;

    private static final String LOAD =
            "transactions, writing_transactions, written_rows, queries, query_micros, first_bucket, buckets";
    /** What no process writes to any more, and nobody reads as the present. */
    private static final String OLDEST_HOUR = """
            select min(hour) from rehome_directory.tenant_load
             where hour < date_trunc('hour', now(), 'UTC') - interval '1 hour'""";

    private static final String TAKE_HOUR = """
            with batch as (select distinct tenant_id from rehome_directory.tenant_load where hour = ? limit ?)
            delete from rehome_directory.tenant_load l using batch where l.tenant_id = batch.tenant_id and l.hour = ?
            returning l.tenant_id, %s""".formatted(LOAD);
    private static final String HOUR_POINT = """
            insert into rehome_directory.tenant_point (span, begins, %s, tenant_id, tables, row_counts, bytes)
            select 'HOUR', ?, ?, ?, ?, ?, ?, ?, ?,
                   t.tenant_id, coalesce(s.tables, '{}'), coalesce(s.row_counts, '{}'), coalesce(s.bytes, 0)
              from rehome_directory.tenant t left join rehome_directory.tenant_size s using (tenant_id)
             where t.tenant_id = ?
            on conflict do nothing""".formatted(LOAD);
    private static final String OLDEST_DAY = """
            select date_trunc('day', min(begins), 'UTC') from rehome_directory.tenant_point
             where span = 'HOUR' and begins < date_trunc('day', now() - ? * interval '1 second', 'UTC')""";
    private static final String TAKE_DAY = """
            with batch as (select distinct tenant_id from rehome_directory.tenant_point
                           where span = 'HOUR' and begins >= ? and begins < ? limit ?),
                 gone as (delete from rehome_directory.tenant_point p using batch
                           where p.tenant_id = batch.tenant_id and p.span = 'HOUR' and p.begins >= ? and p.begins < ?
                          returning p.*)
            select tenant_id, %s, tables, row_counts, bytes from gone order by tenant_id, begins""".formatted(LOAD);
    private static final String DAY_POINT = """
            insert into rehome_directory.tenant_point (span, begins, %s, tables, row_counts, bytes, tenant_id)
            values ('DAY', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do nothing""".formatted(LOAD);
    private static final String FORGET_DAYS =
            "delete from rehome_directory.tenant_point where span = 'DAY' and begins < now() - ? * interval '1 second'";
    private static final String FORGET_NODES = "delete from rehome_directory.statistics_node"
            + " where pushed_at < now() - interval '7 days' or ended_at < now() - interval '2 hours'";

    private final ConnectionSource connections;
    private final StatisticsConfig config;

    History(ConnectionSource connections, StatisticsConfig config) {
        this.connections = connections;
        this.config = config;
    }

    /** Brings it up to date. Returns how many points were made. */
    int keep() {
        int made = 0;
        Optional<OffsetDateTime> hour = oldest(OLDEST_HOUR, Duration.ZERO);
        while (hour.isPresent()) {
            made += hourPoints(hour.get());
            hour = oldest(OLDEST_HOUR, Duration.ZERO);
        }
        Optional<OffsetDateTime> day = oldest(OLDEST_DAY, config.keepHours());
        while (day.isPresent()) {
            made += dayPoints(day.get());
            day = oldest(OLDEST_DAY, config.keepHours());
        }
        connections.transact(connection -> {
            try (PreparedStatement days = connection.prepareStatement(FORGET_DAYS);
                    PreparedStatement nodes = connection.prepareStatement(FORGET_NODES)) {
                days.setLong(1, config.keepDays().toSeconds());
                return days.executeUpdate() + nodes.executeUpdate();
            }
        });
        return made;
    }

    /** @param age bound to the query, if it asks for it */
    private Optional<OffsetDateTime> oldest(String sql, Duration age) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                if (sql.contains("?")) {
                    statement.setLong(1, age.toSeconds());
                }
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return Optional.ofNullable(row.getObject(1, OffsetDateTime.class));
                }
            }
        });
    }

    private int hourPoints(OffsetDateTime hour) {
        return connections.transact(connection -> {
            Map<TenantId, Load> loads = new LinkedHashMap<>();
            try (PreparedStatement take = connection.prepareStatement(TAKE_HOUR)) {
                take.setObject(1, hour);
                take.setInt(2, BATCH);
                take.setObject(3, hour);
                try (ResultSet row = take.executeQuery()) {
                    while (row.next()) {
                        loads.merge(TenantId.of(row.getObject(1, UUID.class)), LoadRow.read(row, 2), Load::plus);
                    }
                }
            }
            try (PreparedStatement insert = connection.prepareStatement(HOUR_POINT)) {
                for (Map.Entry<TenantId, Load> entry : loads.entrySet()) {
                    insert.setObject(1, hour);
                    LoadRow.bind(insert, 2, entry.getValue());
                    insert.setObject(9, entry.getKey().value());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            return loads.size();
        });
    }

    /** @param size at the last of its hours */
    private record Day(Load load, TenantSize size) {
        Day plus(Day later) {
            return new Day(load.plus(later.load), later.size);
        }
    }

    private int dayPoints(OffsetDateTime day) {
        return connections.transact(connection -> {
            Map<TenantId, Day> days = takeDay(connection, day);
            try (PreparedStatement insert = connection.prepareStatement(DAY_POINT)) {
                for (Map.Entry<TenantId, Day> entry : days.entrySet()) {
                    insert.setObject(1, day);
                    LoadRow.bind(insert, 2, entry.getValue().load);
                    Rows.bind(insert, 9, entry.getValue().size.rows());
                    insert.setLong(11, entry.getValue().size.bytes());
                    insert.setObject(12, entry.getKey().value());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            return days.size();
        });
    }

    private static Map<TenantId, Day> takeDay(Connection connection, OffsetDateTime day) throws SQLException {
        Map<TenantId, Day> days = new LinkedHashMap<>();
        try (PreparedStatement take = connection.prepareStatement(TAKE_DAY)) {
            take.setObject(1, day);
            take.setObject(2, day.plusDays(1));
            take.setInt(3, BATCH);
            take.setObject(4, day);
            take.setObject(5, day.plusDays(1));
            try (ResultSet row = take.executeQuery()) {
                while (row.next()) {
                    days.merge(
                            TenantId.of(row.getObject(1, UUID.class)),
                            new Day(LoadRow.read(row, 2), new TenantSize(Rows.read(row, 9), row.getLong(11))),
                            Day::plus);
                }
            }
        }
        return days;
    }
}
