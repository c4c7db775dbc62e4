package dev.rehome.audit;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.tenant.TenantId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The one trail over everything that was done with the fleet. It is a view over the journals, which are append-only themselves,
 * so no fact is written twice and none can be told in two ways. Thread-safe; failures of the database are
 * {@link RehomeException}s (EXTERNAL).
 */
public final class AuditTrail {
    private static final String RECENT = """
            select at, by_whom, area, action, tenant_id, subject, reason, outcome
              from rehome_directory.audit_trail
             where (?::uuid is null or tenant_id = ?::uuid or subject like '%' || ? || '%')
               and (?::text is null or area = ?) and (?::timestamptz is null or at >= ?) and (?::timestamptz is null or at < ?)
             order by at desc, area, subject limit ?""";

    private final ConnectionSource connections;

    public AuditTrail(ConnectionSource connections) {
        this.connections = connections;
    }

    /** What was done, the newest first, at most so much. */
    public List<AuditEntry> recent(AuditFilter filter, int limit) {
        return connections.transact(connection -> {
            List<AuditEntry> entries = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(RECENT)) {
                UUID tenant = filter.tenant().map(TenantId::value).orElse(null);
                statement.setObject(1, tenant);
                statement.setObject(2, tenant);
                statement.setString(3, String.valueOf(tenant));
                statement.setString(4, filter.area().orElse(null));
                statement.setString(5, filter.area().orElse(null));
                bind(statement, 6, filter.since());
                bind(statement, 8, filter.before());
                statement.setInt(10, limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        entries.add(entry(row));
                    }
                }
            }
            return entries;
        });
    }

    private static void bind(PreparedStatement statement, int first, Optional<Instant> time) throws SQLException {
        Timestamp timestamp = time.map(Timestamp::from).orElse(null);
        statement.setTimestamp(first, timestamp);
        statement.setTimestamp(first + 1, timestamp);
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getTimestamp(1).toInstant(),
                Optional.ofNullable(row.getString(2)),
                row.getString(3),
                row.getString(4),
                Optional.ofNullable(row.getObject(5, UUID.class)).map(TenantId::of),
                row.getString(6),
                row.getString(7),
                row.getString(8));
    }

    /** Adds what no journal says. */
    public void write(Deed deed) {
        connections.transact(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into rehome_directory.audit"
                    + " (run_id, event, by_whom, area, action, scope, reason, outcome)"
                    + " values (gen_random_uuid(), 'ENDED', ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, deed.by());
                insert.setString(2, deed.area());
                insert.setString(3, deed.action());
                insert.setString(4, deed.subject());
                insert.setString(5, deed.reason());
                insert.setString(6, deed.outcome().name());
                return insert.executeUpdate();
            }
        });
    }
}
