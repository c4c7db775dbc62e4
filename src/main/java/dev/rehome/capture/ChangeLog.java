package dev.rehome.capture;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** The changes of one tenant that are recorded in its home's database and not applied to another home yet. Not thread-safe. */
public final class ChangeLog implements AutoCloseable {
    private final Connection connection;
    private final TenantId tenant;

    private ChangeLog(Connection connection, TenantId tenant) {
        this.connection = connection;
        this.tenant = tenant;
    }

    /** Opens a connection of its own to the home. */
    public static ChangeLog open(Servers servers, Home home, TenantId tenant) throws SQLException {
        return new ChangeLog(servers.open(home, DatabaseRole.MOVER, CatchUp.APPLICATION), tenant);
    }

    /** How many changes are recorded: what is left to catch up. A row that changed twice counts twice. */
    public long lagRows() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select count(*) from rehome.change where tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * Records the rows with these keys as changed, so that the next pass makes them at the target what they are at the
     * source.
     *
     * @param keys of each the texts of all the primary key's columns, in the key's order
     */
    public void mark(String table, Collection<List<String>> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into rehome.change (tenant_id, table_name, key) values (?, ?, ?)")) {
            for (List<String> key : keys) {
                statement.setObject(1, tenant.value());
                statement.setString(2, table);
                statement.setArray(3, connection.createArrayOf("text", key.toArray()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Forgets all of the tenant's changes, when no home wants them any more. Returns how many. Not beside a {@link CatchUp}. */
    public long purge() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from rehome.change where tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            return statement.executeLargeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
