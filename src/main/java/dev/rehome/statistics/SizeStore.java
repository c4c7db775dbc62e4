package dev.rehome.statistics;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.tenant.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The tenants' sizes in the directory. A size is kept only if the tenant still has the placement that it was read at. Thread-safe. */
final class SizeStore {
    private static final String KNOWN = """
            select s.tenant_id, s.tables, s.row_counts, s.exact, extract(epoch from now() - s.counted_at),
                   (select coalesce(sum(l.written_rows), 0) from rehome_directory.tenant_load l
                     where l.tenant_id = s.tenant_id and l.hour >= date_trunc('hour', s.counted_at, 'UTC'))
                   + (select coalesce(sum(p.written_rows), 0) from rehome_directory.tenant_point p
                       where p.tenant_id = s.tenant_id and p.begins >= date_trunc(p.span, s.counted_at, 'UTC'))
                   - s.hour_rows
              from rehome_directory.tenant_size s
              join rehome_directory.placement h using (tenant_id)
             where h.server_name = ? and h.database_name = ? and h.schema_name = ?""";
    private static final String SAVE = """
            insert into rehome_directory.tenant_size (tenant_id, tables, row_counts, bytes, exact, hour_rows)
            select p.tenant_id, ?, ?, ?, ?, (select coalesce(sum(l.written_rows), 0) from rehome_directory.tenant_load l
                     where l.tenant_id = p.tenant_id and l.hour = date_trunc('hour', now(), 'UTC'))
              from rehome_directory.placement p where p.tenant_id = ? and p.epoch = ?
            on conflict (tenant_id) do update
                set measured_at = now(), counted_at = now(), tables = excluded.tables, row_counts = excluded.row_counts,
                    bytes = excluded.bytes, exact = excluded.exact, hour_rows = excluded.hour_rows""";
    private static final String CONFIRM = """
            update rehome_directory.tenant_size s set measured_at = now(), bytes = ?
              from rehome_directory.placement p
             where s.tenant_id = ? and p.tenant_id = s.tenant_id and p.epoch = ?""";

    private final ConnectionSource connections;

    SizeStore(ConnectionSource connections) {
        this.connections = connections;
    }

    /** What is known of the tenants of a shared home. */
    Map<TenantId, KnownSize> known(Home home) {
        return connections.transact(connection -> {
            Map<TenantId, KnownSize> known = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
                statement.setString(1, home.database().server());
                statement.setString(2, home.database().name());
                statement.setString(3, home.schema());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        known.put(
                                TenantId.of(row.getObject(1, UUID.class)),
                                new KnownSize(
                                        Rows.read(row, 2),
                                        row.getBoolean(4),
                                        Duration.ofSeconds(row.getLong(5)),
                                        row.getLong(6)));
                    }
                }
            }
            return known;
        });
    }

    /** @param exact whether the rows were counted */
    void save(Map<Placement, TenantSize> sizes, boolean exact) {
        connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
                for (Map.Entry<Placement, TenantSize> entry : sizes.entrySet()) {
                    Rows.bind(statement, 1, entry.getValue().rows());
                    statement.setLong(3, entry.getValue().bytes());
                    statement.setBoolean(4, exact);
                    statement.setObject(5, entry.getKey().tenant().value());
                    statement.setLong(6, entry.getKey().epoch().value());
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
    }

    /** The rows are still right. */
    void confirm(Map<Placement, Long> bytes) {
        connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CONFIRM)) {
                for (Map.Entry<Placement, Long> entry : bytes.entrySet()) {
                    statement.setLong(1, entry.getValue());
                    statement.setObject(2, entry.getKey().tenant().value());
                    statement.setLong(3, entry.getKey().epoch().value());
                    statement.addBatch();
                }
                return statement.executeBatch();
            }
        });
    }
}
