package dev.rehome.dashboard;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.life.LifeState;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tenants of the fleet, a page at a time, in the order that is asked for. Thread-safe. */
final class TenantPages {
    private static final String FROM = """
              from rehome_directory.tenant t
              full join rehome_directory.tenant_life l on l.tenant_id = t.tenant_id
              left join rehome_directory.placement p on p.tenant_id = t.tenant_id
              left join rehome_directory.tenant_size s on s.tenant_id = t.tenant_id
              left join (select tenant_id, sum(transactions)::bigint as transactions from rehome_directory.tenant_load
                          where hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
                          group by tenant_id) a on a.tenant_id = t.tenant_id
              left join rehome_directory.move m on m.tenant_id = t.tenant_id and m.finished_at is null
             where (?::text is null or t.name ilike '%' || ? || '%' or coalesce(t.tenant_id, l.tenant_id)::text like ? || '%')
               and case when ?::text is null then coalesce(l.state, 'ACTIVE') <> 'DELETED' else coalesce(l.state, 'ACTIVE') = ? end
               and (?::text is null or p.tier = ?) and (?::text is null or p.server_name = ?)
               and (not ? or m.move_id is not null)""";
    private static final String PAGE = """
            select coalesce(t.tenant_id, l.tenant_id) as tenant_id, t.name, coalesce(l.state, 'ACTIVE') as state,
                   p.tier, p.server_name, p.database_name, p.schema_name, p.epoch,
                   coalesce(p.since, l.since, t.created_at) as since, s.bytes, s.measured_at,
                   (select sum(n) from unnest(s.row_counts) n)::bigint as all_rows,
                   s.row_counts[array_position(s.tables, 'customers')] as customers,
                   s.row_counts[array_position(s.tables, 'orders')] as orders,
                   a.transactions, m.move_id, m.phase
            """ + FROM;

    private final ConnectionSource directory;

    TenantPages(ConnectionSource directory) {
        this.directory = directory;
    }

    /** What pages can be ordered by. The tenant's id decides between equals, so that no page repeats another's. */
    enum Order {
        NAME("t.name"),
        SINCE("coalesce(p.since, l.since, t.created_at)"),
        TIER("p.tier"),
        SERVER("p.server_name"),
        BYTES("s.bytes"),
        ROWS("(select sum(n) from unnest(s.row_counts) n)"),
        CUSTOMERS("s.row_counts[array_position(s.tables, 'customers')]"),
        ORDERS("s.row_counts[array_position(s.tables, 'orders')]"),
        TRANSACTIONS("a.transactions");

        private final String sql;

        Order(String sql) {
            this.sql = sql;
        }
    }

    /**
     * Which tenants are asked for.
     *
     * @param text part of the name, or the beginning of the id
     * @param state empty for all but the deleted
     * @param moving only those in a move
     */
    record Wanted(
            Optional<String> text,
            Optional<LifeState> state,
            Optional<Tier> tier,
            Optional<String> server,
            boolean moving) {}

    /**
     * A tenant in a list.
     *
     * @param transactions of the last hour to two
     * @param move that it is in
     */
    record Row(
            TenantId tenant,
            @Nullable String name,
            String state,
            @Nullable String tier,
            @Nullable String server,
            @Nullable String database,
            @Nullable String schema,
            @Nullable Long epoch,
            Instant since,
            @Nullable Long bytes,
            @Nullable Long rows,
            @Nullable Long customers,
            @Nullable Long orders,
            @Nullable Long transactions,
            @Nullable Instant measuredAt,
            @Nullable String move,
            @Nullable String phase) {}

    /** @param total of all pages */
    record Page(long total, int page, int size, List<Row> tenants) {}

    Page read(Wanted wanted, Order order, boolean descending, int page, int size) {
        return directory.transact(connection -> {
            long total = total(connection, wanted);
            List<Row> rows = new ArrayList<>();
            // The order is one of ours, never a text of the visitor's.
            try (PreparedStatement statement = connection.prepareStatement(PAGE + " order by " + order.sql
                    + (descending ? " desc" : " asc") + " nulls last, 1 limit ? offset ?")) {
                int next = bind(statement, wanted);
                statement.setInt(next, size);
                statement.setLong(next + 1, (long) page * size);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(row(row));
                    }
                }
            }
            return new Page(total, page, size, rows);
        });
    }

    private static long total(Connection connection, Wanted wanted) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select count(*) " + FROM)) {
            bind(statement, wanted);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static int bind(PreparedStatement statement, Wanted wanted) throws SQLException {
        String text = wanted.text.map(TenantPages::literally).orElse(null);
        statement.setString(1, text);
        statement.setString(2, text);
        statement.setString(3, text);
        twice(statement, 4, wanted.state.map(LifeState::name));
        twice(statement, 6, wanted.tier.map(Tier::name));
        twice(statement, 8, wanted.server);
        statement.setBoolean(10, wanted.moving);
        return 11;
    }

    private static void twice(PreparedStatement statement, int first, Optional<String> value) throws SQLException {
        statement.setString(first, value.orElse(null));
        statement.setString(first + 1, value.orElse(null));
    }

    /** For LIKE. */
    private static String literally(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private static Row row(ResultSet row) throws SQLException {
        Timestamp measured = row.getTimestamp("measured_at");
        UUID move = row.getObject("move_id", UUID.class);
        return new Row(
                TenantId.of(row.getObject("tenant_id", UUID.class)),
                row.getString("name"),
                row.getString("state"),
                row.getString("tier"),
                row.getString("server_name"),
                row.getString("database_name"),
                row.getString("schema_name"),
                row.getObject("epoch", Long.class),
                row.getTimestamp("since").toInstant(),
                row.getObject("bytes", Long.class),
                row.getObject("all_rows", Long.class),
                row.getObject("customers", Long.class),
                row.getObject("orders", Long.class),
                row.getObject("transactions", Long.class),
                measured == null ? null : measured.toInstant(),
                move == null ? null : move.toString(),
                row.getString("phase"));
    }
}
