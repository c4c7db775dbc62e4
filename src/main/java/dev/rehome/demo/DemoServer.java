package dev.rehome.demo;

import dev.rehome.config.DatabaseConfig;
import dev.rehome.config.StrategyConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.PrivateFile;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Roles;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real PostgreSQL server of the demo's own, on a free port, gone when it is closed. */
final class DemoServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DemoServer.class);

    private final EmbeddedPostgres postgres;
    private final Servers servers;

    private DemoServer(EmbeddedPostgres postgres, Servers servers) {
        this.postgres = postgres;
        this.servers = servers;
    }

    /**
     * Starts it.
     *
     * @param names under which the strategy knows servers; all are this one
     * @param control the database to create
     */
    static DemoServer start(Collection<String> names, Database control) {
        Map<DatabaseRole, Login> logins = Map.of(
                DatabaseRole.OWNER, new Login("rehome_owner", UUID.randomUUID().toString()),
                DatabaseRole.APP, new Login("rehome_app", UUID.randomUUID().toString()),
                DatabaseRole.MOVER, new Login("rehome_mover", UUID.randomUUID().toString()));
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .setServerConfig("shared_buffers", "256MB")
                    .setServerConfig("max_wal_size", "4GB")
                    .setServerConfig("log_min_messages", "fatal")
                    .start();
            DatabaseUrl url = DatabaseUrl.parse("postgresql://localhost:" + postgres.getPort() + "/" + control.name());
            Servers servers = new Servers(names.stream()
                    .map(name -> new Server(name, "local", url, logins))
                    .toList());
            DemoServer server = new DemoServer(postgres, servers);
            try (Connection administrator = server.administrator("postgres");
                    Statement statement = administrator.createStatement()) {
                Roles.create(administrator, logins);
                statement.execute("create database " + SqlNames.quote(control.name()) + " owner rehome_owner");
            }
            return server;
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The embedded PostgreSQL could not be started: " + e.getMessage()
                            + ". It needs a temporary directory with room, and a platform that its binaries are made for.",
                    e);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    static RehomeException failed(SQLException e) {
        return new RehomeException(
                ErrorKind.EXTERNAL,
                "The demo's PostgreSQL failed (SQLSTATE " + e.getSQLState() + "). Run it again.",
                e);
    }

    Servers servers() {
        return servers;
    }

    /**
     * Writes a strategy file that leads to this server.
     *
     * @param strategy whose default tier and names it has
     * @throws RehomeException (USER) if it cannot be written
     */
    void writeStrategy(StrategyConfig strategy, Path file) {
        DatabaseConfig databases = strategy.databases();
        String address = "postgresql://localhost:" + postgres.getPort() + "/";
        List<String> lines = new ArrayList<>(List.of(
                "# The fleet of the demo, for as long as that runs.",
                "tenant_strategy:",
                "  default_type: " + strategy.defaultTier().name().toLowerCase(Locale.ROOT),
                "  migration_thresholds: { customers: 100000, orders: 500000, avg_query_time: 200ms }",
                "  database_config:",
                "    shared_database_url: \"" + address
                        + databases.directoryDatabase().name() + "\"",
                "    tenant_database_pattern: \"" + address
                        + databases.tenantPattern().database() + "\"",
                "    max_connections_per_tenant: " + databases.maxConnectionsPerTenant(),
                "    shared_schema: " + databases.sharedSchema(),
                "    database_schema: " + databases.databaseSchema(),
                "    roles:"));
        for (DatabaseRole role : DatabaseRole.values()) {
            Login login = servers.login(databases.directoryDatabase().server(), role);
            lines.add("      " + role.name().toLowerCase(Locale.ROOT) + ": { user: " + login.user() + ", password: \""
                    + login.password() + "\" }");
        }
        lines.add("  migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true,"
                + " dual_write_duration: 10m }");
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PrivateFile.attributes(file));
            Files.write(file, lines);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "The strategy file " + file + " cannot be written: " + e.getMessage() + ". Name another.",
                    e);
        }
    }

    /** A connection that row-level security does not bind: to look at what is really there. */
    Connection administrator(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database, "postgres", "postgres");
    }

    Connection administrator(Home home) throws SQLException {
        Connection connection = administrator(home.database().name());
        connection.setSchema(home.schema());
        return connection;
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            LOG.warn("The embedded PostgreSQL did not stop; end it by hand.", e);
        }
    }
}
