package dev.rehome.placement;

import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.SqlState;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The directory in the tables of {@code liquibase/directory.yaml}, on PostgreSQL or H2. */
public final class JdbcDirectory implements Directory {
    /** The schema that the tables are in. */
    public static final String SCHEMA = "rehome_directory";

    private static final String PLACEMENT =
            "select tenant_id, tier, server_name, database_name, schema_name, epoch from rehome_directory.placement";

    private final ConnectionSource connections;

    public JdbcDirectory(ConnectionSource connections) {
        this.connections = connections;
    }

    @Override
    public Optional<Placement> find(TenantId tenant) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PLACEMENT + " where tenant_id = ?")) {
                statement.setObject(1, tenant.value());
                return read(statement).stream().findFirst();
            }
        });
    }

    @Override
    public boolean isArchived(TenantId tenant) {
        return ofNewer(
                connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(
                            "select 1 from rehome_directory.tenant_life where tenant_id = ? and state = 'ARCHIVED'")) {
                        statement.setObject(1, tenant.value());
                        try (ResultSet row = statement.executeQuery()) {
                            return row.next();
                        }
                    }
                },
                false);
    }

    @Override
    public Map<TenantId, Home> destinations() {
        return ofNewer(
                connection -> {
                    Map<TenantId, Home> destinations = new HashMap<>();
                    try (PreparedStatement statement = connection.prepareStatement(
                                    "select tenant_id, tier, server_name, database_name, schema_name"
                                            + " from rehome_directory.destination");
                            ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            destinations.put(TenantId.of(row.getObject(1, UUID.class)), HomeColumns.read(row, 2));
                        }
                    }
                    return destinations;
                },
                Map.of());
    }

    /** What only a newer directory may know; the other thing if this one does not. */
    private <T> T ofNewer(ConnectionSource.Work<T> question, T otherwise) {
        try {
            return connections.transact(question);
        } catch (RehomeException e) {
            if (e.getCause() instanceof SQLException failure && SqlState.isUndefined(failure)) {
                return otherwise;
            }
            throw e;
        }
    }

    @Override
    public void add(Placement placement, String name) {
        connections.transact(connection -> {
            try (PreparedStatement tenant =
                    connection.prepareStatement("insert into rehome_directory.tenant (tenant_id, name) select ?, ?"
                            + " where not exists (select 1 from rehome_directory.tenant where tenant_id = ?)")) {
                tenant.setObject(1, placement.tenant().value());
                tenant.setString(2, name);
                tenant.setObject(3, placement.tenant().value());
                tenant.executeUpdate();
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into rehome_directory.placement (tier, server_name, database_name, schema_name, epoch, tenant_id)"
                            + " select ?, ?, ?, ?, ?, ?"
                            + " where not exists (select 1 from rehome_directory.placement where tenant_id = ?)")) {
                bind(insert, placement);
                insert.setObject(7, placement.tenant().value());
                insert.executeUpdate();
            }
            return placement;
        });
    }

    @Override
    public void advance(Placement placement) {
        connections.transact(connection -> {
            advance(connection, placement);
            return placement;
        });
    }

    /** As {@link #advance(Placement)}, in a transaction of the caller's in the directory's database. */
    public static void advance(Connection connection, Placement placement) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update rehome_directory.placement set tier = ?, server_name = ?, database_name = ?, schema_name = ?,"
                        + " epoch = ?, since = current_timestamp where tenant_id = ? and epoch < ?")) {
            bind(update, placement);
            update.setLong(7, placement.epoch().value());
            update.executeUpdate();
        }
    }

    @Override
    public List<Placement> page(@Nullable TenantId after, int limit) {
        return connections.transact(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    PLACEMENT + (after == null ? "" : " where tenant_id > ?") + " order by tenant_id limit " + limit)) {
                if (after != null) {
                    statement.setObject(1, after.value());
                }
                return read(statement);
            }
        });
    }

    private static void bind(PreparedStatement statement, Placement placement) throws SQLException {
        HomeColumns.bind(statement, 1, placement.home());
        statement.setLong(5, placement.epoch().value());
        statement.setObject(6, placement.tenant().value());
    }

    private static List<Placement> read(PreparedStatement statement) throws SQLException {
        List<Placement> placements = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                placements.add(new Placement(
                        TenantId.of(row.getObject(1, UUID.class)),
                        HomeColumns.read(row, 2),
                        new Epoch(row.getLong(6))));
            }
        }
        return placements;
    }
}
