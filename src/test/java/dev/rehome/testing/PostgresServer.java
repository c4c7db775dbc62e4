package dev.rehome.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.KeptConnection;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Roles;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL server that all tests of this JVM share, and a second one for those that need two: {@code -Dpostgres=embedded} (the default), {@code container}
 * (of the image {@code -Dpostgres.image}, by default {@code postgres:18}), or the URL of a server whose user is a
 * superuser. There is a second one only where both are embedded.
 */
public final class PostgresServer {
    public static final String NAME = "default";
    static final Map<DatabaseRole, Login> LOGINS = Map.of(
            DatabaseRole.OWNER, new Login("rehome_owner", "owner's secret"),
            DatabaseRole.APP, new Login("rehome_app", "app's secret"),
            DatabaseRole.MOVER, new Login("rehome_mover", "mover's secret"));
    /** Servers that end with the tests. */
    private static final Set<String> OURS = Set.of("embedded", "container");

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable PostgresServer started;
    private static @Nullable PostgresServer startedSecond;
    private static @Nullable String failure;

    private final DatabaseUrl url;
    private final Login administrator;
    private final KeptConnection maintenance;
    private @Nullable FleetTemplate template;

    private PostgresServer(DatabaseUrl url) throws SQLException {
        this.url = url;
        this.administrator = new Login(Objects.requireNonNullElse(url.user(), "postgres"), url.password());
        this.maintenance = new KeptConnection(() -> administrator(url.database()));
        try (Connection connection = maintenance.lend()) {
            Roles.create(connection, LOGINS);
        }
    }

    /** @throws IllegalStateException if the server cannot be used; it is not tried again, as each try may take minutes */
    public static synchronized PostgresServer get() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        if (started == null) {
            try {
                started = start(choice());
            } catch (IOException | SQLException | RuntimeException e) {
                failure = "The PostgreSQL server for the tests cannot be used: " + e.getMessage();
                throw new IllegalStateException(failure, e);
            }
        }
        return started;
    }

    /** Another server, on a port of its own. A test that asks for it is skipped where the first one is not embedded. */
    public static synchronized PostgresServer second() {
        requireEmbedded("needs a second PostgreSQL server");
        if (startedSecond == null) {
            try {
                startedSecond = new PostgresServer(embedded());
            } catch (IOException | SQLException e) {
                throw new IllegalStateException("The second PostgreSQL server cannot be used: " + e.getMessage(), e);
            }
        }
        return startedSecond;
    }

    /** Skips the test that asks, unless the tests' servers are embedded ones. */
    static void requireEmbedded(String need) {
        assumeTrue(choice().equals("embedded"), need + ", which there is with -Dpostgres=embedded only");
    }

    private static String choice() {
        return System.getProperty("postgres", "embedded");
    }

    private static PostgresServer start(String choice) throws IOException, SQLException {
        return switch (choice) {
            case "embedded" -> new PostgresServer(embedded());
            case "container" -> new PostgresServer(container());
            default -> new PostgresServer(DatabaseUrl.parse(choice));
        };
    }

    @SuppressWarnings("resource") // stopped by the library's own shutdown hook
    private static DatabaseUrl embedded() throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(DataFolders.create())
                .setServerConfig("max_connections", "300")
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("max_wal_size", "128MB")
                .setServerConfig("autovacuum_naptime", "20s")
                .start();
        return DatabaseUrl.parse("postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres");
    }

    @SuppressWarnings("resource") // ends with the JVM
    private static DatabaseUrl container() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException("-Dpostgres=container needs a Docker engine, and none answers."
                    + " Start one, or leave the option out to use the embedded server.");
        }
        PostgreSQLContainer container = new PostgreSQLContainer(System.getProperty("postgres.image", "postgres:18"))
                .withCommand("postgres", "-c", "max_connections=300", "-c", "fsync=off");
        container.start();
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
        return DatabaseUrl.parse("postgresql://" + container.getUsername() + ":" + container.getPassword() + "@"
                + container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT) + "/"
                + container.getDatabaseName());
    }

    /** The server as Rehome sees it, under the name {@link #NAME}, with the given database as its example. */
    public Servers servers(String database) {
        return Servers.of(server(NAME, "test", database));
    }

    /** As in {@link #servers}, under any name and in any region. */
    public Server server(String name, String region, String database) {
        return new Server(name, region, url.withDatabase(database), LOGINS);
    }

    /** An empty database of the owner's that no other test uses. */
    public String createDatabase() throws SQLException {
        return createDatabase("template1");
    }

    String createDatabase(String template) throws SQLException {
        String name = nextName();
        createDatabase(name, template);
        return name;
    }

    private void createDatabase(String name, String template) throws SQLException {
        try (Connection connection = maintenance.lend();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + SqlNames.quote(name) + " template " + SqlNames.quote(template)
                    + " owner rehome_owner");
        }
    }

    /**
     * Copies a database that Rehome has made something in: its changelog gives rights on the database under its name, which a copy
     * has neither in its rights nor in the changelog's checksum.
     *
     * @param more statements that are run in the copy
     */
    void copyDatabase(String name, String template, String more) throws SQLException {
        createDatabase(name, template);
        String database = SqlNames.quote(name);
        try (Connection connection = administrator(name);
                Statement statement = connection.createStatement()) {
            statement.execute("revoke temporary on database " + database + " from public; grant temporary on database "
                    + database + " to rehome_mover; update rehome.databasechangelog set md5sum = null where id = "
                    + "'temporary-tables'; " + more);
        }
    }

    /** A name that no other test uses. */
    String nextName() {
        return "rehome_test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
    }

    /** What the databases of fleets on this server are copied from. */
    synchronized FleetTemplate fleetTemplate() throws SQLException {
        if (template == null) {
            FleetTemplate made = new FleetTemplate(this);
            dropAtTheEnd(made::drop);
            template = made;
        }
        return template;
    }

    /** For what stays until then on a server that is not the tests' own. */
    void dropAtTheEnd(Runnable drop) {
        if (!OURS.contains(choice())) {
            Runtime.getRuntime().addShutdownHook(new Thread(drop));
        }
    }

    public void dropDatabase(String name) throws SQLException {
        drop(List.of(name), List.of());
    }

    /** Databases, whoever is connected to them, and then roles that have rights in none but these; as far as they exist. */
    void drop(List<String> databases, List<String> roles) throws SQLException {
        try (Connection connection = maintenance.lend();
                Statement statement = connection.createStatement()) {
            for (String database : databases) {
                statement.execute("drop database if exists " + SqlNames.quote(database) + " with (force)");
            }
            for (String role : roles) {
                statement.execute("drop role if exists " + SqlNames.quote(role));
            }
        }
    }

    /** A superuser's connection, bound by nothing: to look at what is really there, and to do harm. */
    public Connection administrator(String database) throws SQLException {
        return DriverManager.getConnection(
                url.withDatabase(database).jdbc(), administrator.user(), administrator.password());
    }
}
