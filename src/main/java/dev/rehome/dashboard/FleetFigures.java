package dev.rehome.dashboard;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.strategy.Nearness;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fleet in figures, from the directory alone: each costs one pass over its tenants. Thread-safe. */
final class FleetFigures {
    private static final int MOST_NEAR = 12;
    private static final int MOST_GROWING = 12;
    private static final String TIERS = """
            select p.server_name, p.tier, count(*), coalesce(sum(s.bytes), 0)::bigint
              from rehome_directory.placement p left join rehome_directory.tenant_size s on s.tenant_id = p.tenant_id
             group by p.server_name, p.tier order by p.server_name, p.tier""";
    private static final String STATES = """
            select coalesce(l.state, 'ACTIVE'), count(*)
              from rehome_directory.tenant t full join rehome_directory.tenant_life l on l.tenant_id = t.tenant_id
             group by 1 order by 1""";
    private static final String MOVES = """
            select count(*) filter (where phase <> 'SOAK'), count(*) filter (where phase = 'SOAK'),
                   count(*) filter (where failure is not null),
                   count(*) filter (where lease_until is null or lease_until < clock_timestamp())
              from rehome_directory.move where finished_at is null""";
    private static final String DAYS = """
            with day as (select (current_date - n)::date as day from generate_series(0, 29) n)
            select d.day, (select count(*) from rehome_directory.tenant t where t.created_at < d.day + 1)
              from day d order by d.day""";
    private static final String SIZES = """
            select count(*), coalesce(sum(bytes), 0)::bigint, min(measured_at),
                   coalesce(sum((select sum(n) from unnest(row_counts) n)), 0)::bigint
              from rehome_directory.tenant_size""";
    private static final String NAMES = "select tenant_id, name from rehome_directory.tenant where tenant_id = any (?)";
    private static final String GROWING = """
            select s.tenant_id, t.name, p.tier, w.bytes, s.bytes
              from rehome_directory.tenant_size s
              join rehome_directory.tenant t on t.tenant_id = s.tenant_id
              join rehome_directory.placement p on p.tenant_id = s.tenant_id
              join (select distinct on (tenant_id) tenant_id, bytes from rehome_directory.tenant_point
                     where begins > now() - interval '8 days' and bytes > 0
                     order by tenant_id, begins) w on w.tenant_id = s.tenant_id
             where s.bytes > w.bytes order by s.bytes - w.bytes desc limit ?""";

    private final ConnectionSource directory;

    FleetFigures(ConnectionSource directory) {
        this.directory = directory;
    }

    /** @param bytes of those that were measured */
    record TierCount(String server, String tier, long tenants, long bytes) {}

    /** @param unattended moves that have not ended and that nobody runs */
    record MoveCounts(long underWay, long soaking, long failed, long unattended) {}

    /** @param tenants at the end of the day, of those that exist now */
    record Day(LocalDate day, long tenants) {}

    /** @param oldest when the figures were taken that are the oldest */
    record Measured(
            long tenants, long bytes, long rows, @Nullable Instant oldest) {}

    /**
     * @param next the tier that it is near
     * @param figure that comes nearest: customers, orders, or avg_query_time
     * @param value in rows, or in milliseconds, like the limit
     */
    record Near(
            TenantId tenant,
            @Nullable String name,
            String tier,
            String next,
            String figure,
            double value,
            double limit) {}

    record Growing(TenantId tenant, String name, String tier, long bytesBefore, long bytes) {}

    /** All of it, as it was at one moment. */
    record Figures(
            List<TierCount> tiers,
            Map<String, Long> states,
            MoveCounts moves,
            List<Day> days,
            Measured measured,
            List<Near> near,
            List<Growing> growing) {}

    /** @param near the nearest first */
    Figures read(List<Nearness> near) {
        return directory.transact(connection -> new Figures(
                tiers(connection),
                states(connection),
                moves(connection),
                days(connection),
                measured(connection),
                near(connection, near),
                growing(connection)));
    }

    private static List<TierCount> tiers(Connection connection) throws SQLException {
        List<TierCount> tiers = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TIERS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                tiers.add(new TierCount(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)));
            }
        }
        return tiers;
    }

    private static Map<String, Long> states(Connection connection) throws SQLException {
        Map<String, Long> states = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STATES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                states.put(row.getString(1), row.getLong(2));
            }
        }
        return states;
    }

    private static MoveCounts moves(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVES);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new MoveCounts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }

    private static List<Day> days(Connection connection) throws SQLException {
        List<Day> days = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(DAYS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                days.add(new Day(row.getObject(1, LocalDate.class), row.getLong(2)));
            }
        }
        return days;
    }

    private static Measured measured(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SIZES);
                ResultSet row = statement.executeQuery()) {
            row.next();
            Timestamp oldest = row.getTimestamp(3);
            return new Measured(
                    row.getLong(1), row.getLong(2), row.getLong(4), oldest == null ? null : oldest.toInstant());
        }
    }

    private static List<Near> near(Connection connection, List<Nearness> all) throws SQLException {
        List<Nearness> nearest = all.subList(0, Math.min(MOST_NEAR, all.size()));
        Map<TenantId, @Nullable String> names = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(NAMES)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid",
                            nearest.stream().map(each -> each.tenant().value()).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.put(TenantId.of(row.getObject(1, UUID.class)), row.getString(2));
                }
            }
        }
        return nearest.stream()
                .map(each -> new Near(
                        each.tenant(),
                        names.get(each.tenant()),
                        each.tier().name(),
                        each.next().name(),
                        each.figure(),
                        each.value(),
                        each.limit()))
                .toList();
    }

    private static List<Growing> growing(Connection connection) throws SQLException {
        List<Growing> growing = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(GROWING)) {
            statement.setInt(1, MOST_GROWING);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    growing.add(new Growing(
                            TenantId.of(row.getObject(1, UUID.class)),
                            row.getString(2),
                            row.getString(3),
                            row.getLong(4),
                            row.getLong(5)));
                }
            }
        }
        return growing;
    }
}
