package dev.rehome.hibernate;

import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.UUID;
import org.hibernate.HibernateException;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;

/** Gives Hibernate connections that have entered their tenant's home. Thread-safe. */
final class TenantConnectionProvider implements MultiTenantConnectionProvider<UUID> {
    private static final long serialVersionUID = 1L;

    private final transient TenantConnections connections;

    TenantConnectionProvider(TenantConnections connections) {
        this.connections = connections;
    }

    @Override
    public Connection getConnection(UUID tenant) {
        return connections.acquireUnentered(TenantId.of(tenant), TransactionMode.current());
    }

    @Override
    public Connection getReadOnlyConnection(UUID tenant) {
        return connections.acquireUnentered(
                TenantId.of(tenant), TransactionMode.current().asReadOnly());
    }

    @Override
    public void releaseConnection(UUID tenant, Connection connection) throws SQLException {
        connections.release(connection);
    }

    @Override
    public void releaseReadOnlyConnection(UUID tenant, Connection connection) throws SQLException {
        connections.release(connection);
    }

    /** There is no connection without a tenant: Hibernate is told what it would ask one about. */
    @Override
    public Connection getAnyConnection() throws SQLException {
        throw new SQLFeatureNotSupportedException("Rehome opens no connection without a tenant.");
    }

    @Override
    public void releaseAnyConnection(Connection connection) throws SQLException {
        throw new SQLFeatureNotSupportedException("Rehome opens no connection without a tenant.");
    }

    /** Giving a connection back ends its transaction, so it is never done between two statements. */
    @Override
    public boolean supportsAggressiveRelease() {
        return false;
    }

    @Override
    public boolean handlesConnectionSchema() {
        return true;
    }

    /** By {@code enter}, which has to lock a row first and then makes the transaction read-only itself. */
    @Override
    public boolean handlesConnectionReadOnly() {
        return true;
    }

    @Override
    public boolean isUnwrappableAs(Class<?> type) {
        return type.isInstance(this) || type.isInstance(connections);
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        if (type.isInstance(connections)) {
            return type.cast(connections);
        }
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new HibernateException("Not a " + type.getName());
    }
}
