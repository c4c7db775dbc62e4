package dev.rehome.bench.move;

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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Two PostgreSQL servers of the benchmark's own, on one machine. They keep what they commit, as in production. */
final class TwoServers implements AutoCloseable {
    static final Database CONTROL = new Database("here", "market");
    static final String ELSEWHERE = "there";

    private static final Map<DatabaseRole, Login> LOGINS = Map.of(
            DatabaseRole.OWNER, new Login("rehome_owner", "owner's secret"),
            DatabaseRole.APP, new Login("rehome_app", "app's secret"),
            DatabaseRole.MOVER, new Login("rehome_mover", "mover's secret"));

    private final Map<String, EmbeddedPostgres> started = new LinkedHashMap<>();
    private final Servers servers;

    private TwoServers() throws IOException, SQLException {
        boolean complete = false;
        try {
            started.put(CONTROL.server(), start());
            started.put(ELSEWHERE, start());
            this.servers = Servers.of(
                    new Server(CONTROL.server(), "local", url(CONTROL), LOGINS),
                    new Server(ELSEWHERE, "local", url(new Database(ELSEWHERE, "postgres")), LOGINS));
            for (String name : started.keySet()) {
                try (Connection administrator = administrator(new Database(name, "postgres"))) {
                    Roles.create(administrator, LOGINS);
                }
            }
            try (Connection administrator = administrator(new Database(CONTROL.server(), "postgres"));
                    Statement statement = administrator.createStatement()) {
                statement.execute("create database " + SqlNames.quote(CONTROL.name()) + " owner rehome_owner");
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    static TwoServers open() throws IOException, SQLException {
        return new TwoServers();
    }

    private static EmbeddedPostgres start() throws IOException {
        // The library switches both of the first two off.
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("max_connections", "200")
                .start();
    }

    private DatabaseUrl url(Database database) {
        EmbeddedPostgres postgres = started.get(database.server());
        if (postgres == null) {
            throw new IllegalArgumentException("There is no server " + database.server() + ".");
        }
        return DatabaseUrl.parse("postgresql://localhost:" + postgres.getPort() + "/" + database.name());
    }

    Servers servers() {
        return servers;
    }

    /** A superuser's connection, which nothing binds. */
    Connection administrator(Database database) throws SQLException {
        return DriverManager.getConnection(url(database).jdbc(), "postgres", "postgres");
    }

    /** As {@link #administrator(Database)}, with the home's schema as search path. */
    Connection administrator(Home home) throws SQLException {
        Connection connection = administrator(home.database());
        connection.setSchema(home.schema());
        return connection;
    }

    /** Settings that a figure depends on, as both servers have them. */
    Map<String, String> settings() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        try (Connection administrator = administrator(CONTROL);
                Statement statement = administrator.createStatement()) {
            for (String name : List.of(
                    "server_version",
                    "fsync",
                    "synchronous_commit",
                    "full_page_writes",
                    "wal_level",
                    "shared_buffers",
                    "max_wal_size",
                    "maintenance_work_mem",
                    "max_parallel_maintenance_workers")) {
                try (ResultSet row = statement.executeQuery("show " + name)) {
                    row.next();
                    settings.put(name, row.getString(1));
                }
            }
        }
        return settings;
    }

    @Override
    public void close() throws IOException {
        for (EmbeddedPostgres postgres : started.values()) {
            postgres.close();
        }
    }
}
