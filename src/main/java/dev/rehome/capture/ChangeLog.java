package dev.rehome.capture;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The changes of one tenant that are recorded in its home's database and not applied to another home yet. Not thread-safe. */
public final class ChangeLog implements AutoCloseable {
    private final Connection connection;
    private final Lease lease;

    private ChangeLog(Connection connection, Lease lease) {
        this.connection = connection;
        this.lease = lease;
    }

    /** Opens a connection of its own to the home. */
    public static ChangeLog open(Servers servers, Home home, Lease lease) throws SQLException {
        Connection connection = servers.open(home, DatabaseRole.MOVER, CatchUp.APPLICATION);
        connection.setAutoCommit(false);
        return new ChangeLog(connection, lease);
    }

    /** How many changes are recorded: what is left to catch up. A row that changed twice counts twice. */
    public long lagRows() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select count(*) from rehome.change where tenant_id = ?")) {
            statement.setObject(1, lease.tenant().value());
            long rows;
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                rows = row.getLong(1);
            }
            connection.commit();
            return rows;
        }
    }

    /**
     * Records the rows with these keys as changed, so that the next pass makes them at the target what they are at the
     * source.
     *
     * @param keys of each the texts of all the primary key's columns, in the key's order
     */
    public void mark(String table, Collection<List<String>> keys) throws SQLException {
        write(() -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "insert into rehome.change (tenant_id, table_name, key) values (?, ?, ?)")) {
                for (List<String> key : keys) {
                    statement.setObject(1, lease.tenant().value());
                    statement.setString(2, table);
                    statement.setArray(3, connection.createArrayOf("text", key.toArray()));
                    statement.addBatch();
                }
                return statement.executeBatch().length;
            }
        });
    }

    /**
     * Records every row of the tenant as changed, so that the next pass copies all there is. Only while nobody else can
     * write them.
     *
     * @param schema of the home that this connection is to
     */
    public long markAll(TenantTables tables, String schema) throws SQLException {
        return write(() -> markAll(connection, lease.tenant(), tables, schema));
    }

    /** As {@link #markAll(TenantTables, String)}, in the caller's transaction, which is bound to the tenant. */
    public static long markAll(Connection connection, TenantId tenant, TenantTables tables, String schema)
            throws SQLException {
        long rows = 0;
        for (TenantTable table : tables) {
            String key = table.key().stream()
                    .map(column -> SqlNames.quote(column.name()) + "::text")
                    .collect(Collectors.joining(", "));
            try (PreparedStatement statement =
                    connection.prepareStatement("insert into rehome.change (tenant_id, table_name, key)"
                            + " select ?, ?, array[" + key + "] from " + table.in(schema) + " where "
                            + SqlNames.quote(table.tenantColumn()) + " = ?")) {
                statement.setObject(1, tenant.value());
                statement.setString(2, table.name());
                statement.setObject(3, tenant.value());
                rows += statement.executeLargeUpdate();
            }
        }
        return rows;
    }

    /** Forgets all of the tenant's changes, when no home wants them any more. Returns how many. Not beside a {@link CatchUp}. */
    public long purge() throws SQLException {
        return write(() -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from rehome.change where tenant_id = ?")) {
                statement.setObject(1, lease.tenant().value());
                return statement.executeLargeUpdate();
            }
        });
    }

    private interface Work {
        long run() throws SQLException;
    }

    private long write(Work work) throws SQLException {
        try {
            MoverTransaction.beginReadCommitted(connection, lease.tenant().value());
            lease.hold(connection); // R7
            long rows = work.run();
            connection.commit();
            return rows;
        } catch (SQLException e) {
            MoverTransaction.rollback(connection, e);
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
