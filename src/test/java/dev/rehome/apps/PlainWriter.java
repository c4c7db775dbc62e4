package dev.rehome.apps;

import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An application that knows nothing of Rehome: one JDBC connection to one home, kept for ever, and no {@code enter}. The
 * run-time role has to say whose rows it wants, as row-level security shows it none otherwise. Not thread-safe.
 */
final class PlainWriter implements AutoCloseable {
    private final String name;
    private final TenantId tenant;
    private final Events events;
    private final Connection connection;
    private int acknowledged;

    PlainWriter(String name, TenantId tenant, Events events, Connection connection) {
        this.name = name;
        this.tenant = tenant;
        this.events = events;
        this.connection = connection;
    }

    static Connection connect(String url, String user, String password, String schema) throws SQLException {
        Connection connection = DriverManager.getConnection(url, user, password);
        connection.setSchema(schema);
        connection.setAutoCommit(false);
        return connection;
    }

    /** Says whose rows it wants, for the rest of the connection. */
    void bind(String role) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select set_config('rehome.tenant', ?, false), set_config('role', ?, false)")) {
            statement.setString(1, tenant.toString());
            statement.setString(2, role);
            statement.execute();
        }
        connection.commit();
    }

    /** Begins a transaction and takes its snapshot. */
    void begin(Isolation isolation) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level " + isolation.sql());
            try (ResultSet row = statement.executeQuery("select count(*) from customers")) {
                row.next();
            }
        }
    }

    void write() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into customers"
                + " (storefront_id, id, external_id, created_at) values (?, gen_random_uuid(), ?, now())")) {
            statement.setObject(1, tenant.value());
            statement.setString(2, name + "-" + (acknowledged + 1));
            statement.executeUpdate();
        } catch (SQLException e) {
            abandon(e);
            throw e;
        }
    }

    void commit() throws SQLException {
        connection.commit();
        acknowledged++;
        events.acknowledge(tenant, name, acknowledged, "plain");
    }

    private void abandon(SQLException failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
