package dev.rehome.cdi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rehome.tenant.TenantContext;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.hibernate.cfg.SchemaToolingSettings;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.hibernate.engine.jdbc.connections.spi.AbstractMultiTenantConnectionProvider;
import org.hibernate.engine.jdbc.connections.spi.ConnectionProvider;
import org.hibernate.tool.schema.Action;

/**
 * A session factory on an H2 database of its own, in which all tenants share the tables: enough for what does not depend
 * on placements. It refuses entities that do not match their tables.
 */
public final class H2Sessions implements AutoCloseable {
    private static final String OPTIONS = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH";

    private final HikariDataSource pool;
    private final SessionFactory sessionFactory;

    /** Makes the tables. */
    public interface Schema {
        void create(Connection connection) throws Exception;
    }

    public H2Sessions(List<Class<?>> entities, Schema schema) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + OPTIONS);
        config.setAutoCommit(false);
        this.pool = new HikariDataSource(config);
        try (Connection connection = DriverManager.getConnection(config.getJdbcUrl())) {
            schema.create(connection);
        }
        Configuration configuration = new Configuration();
        entities.forEach(configuration::addAnnotatedClass);
        configuration.getProperties().put(SchemaToolingSettings.HBM2DDL_AUTO, Action.VALIDATE);
        configuration.getProperties().put(JdbcSettings.LOG_JDBC_ERRORS, false);
        configuration.getProperties().put(JdbcSettings.CONNECTION_PROVIDER_DISABLES_AUTOCOMMIT, true);
        configuration.getProperties().put(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, new OnePool(pool));
        configuration.getProperties().put(MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, new ThreadsTenant());
        this.sessionFactory = configuration.buildSessionFactory();
    }

    public SessionFactory sessionFactory() {
        return sessionFactory;
    }

    public DataSource dataSource() {
        return pool;
    }

    public int connectionsOut() {
        return pool.getHikariPoolMXBean().getActiveConnections();
    }

    @Override
    public void close() {
        try (pool) {
            sessionFactory.close();
        }
    }

    private static final class OnePool extends AbstractMultiTenantConnectionProvider<UUID> {
        private static final long serialVersionUID = 1L;
        private final transient ConnectionProvider provider;

        OnePool(DataSource pool) {
            this.provider = new PoolProvider(pool);
        }

        @Override
        protected ConnectionProvider getAnyConnectionProvider() {
            return provider;
        }

        @Override
        protected ConnectionProvider selectConnectionProvider(UUID tenant) {
            return provider;
        }
    }

    private static final class PoolProvider implements ConnectionProvider {
        private static final long serialVersionUID = 1L;
        private final transient DataSource pool;

        PoolProvider(DataSource pool) {
            this.pool = pool;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return pool.getConnection();
        }

        @Override
        public void closeConnection(Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public boolean supportsAggressiveRelease() {
            return false;
        }

        @Override
        public boolean isUnwrappableAs(Class<?> type) {
            return false;
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class ThreadsTenant implements CurrentTenantIdentifierResolver<UUID> {
        @Override
        public UUID resolveCurrentTenantIdentifier() {
            return TenantContext.require().value();
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return false;
        }
    }
}
