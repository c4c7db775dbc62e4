package dev.rehome.move.crash;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fleet.Provisioner;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.OwnServer;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Three servers of a test's own, which it may stop: one for the directory, and one for each end of a move. */
final class OwnFleet implements AutoCloseable {
    /** What a server is there for. */
    enum Part {
        DIRECTORY,
        SOURCE,
        TARGET
    }

    static final String DATABASE = "shop";
    /** That the files get to a disk does not matter, as the machine lives. */
    private static final Map<String, String> SETTINGS =
            Map.of("synchronous_commit", "off", "fsync", "off", "max_connections", "100");

    private final Map<Part, OwnServer> running = new EnumMap<>(Part.class);
    private final Servers servers;
    private final JdbcDirectory directory;
    private final TenantConnections connections;
    private final Provisioner provisioner;

    OwnFleet() throws IOException, SQLException {
        for (Part part : Part.values()) {
            OwnServer server = OwnServer.start(SETTINGS);
            running.put(part, server);
            administer(
                    server,
                    "create database " + DATABASE + " owner rehome_owner",
                    // What clients are told must be true after a crash. Movers see to that themselves.
                    "alter role rehome_app set synchronous_commit = on");
        }
        servers = new Servers(running.entrySet().stream()
                .map(entry -> entry.getValue().server(name(entry.getKey())))
                .toList());
        directory = new JdbcDirectory(directoryOf(servers));
        Homes homes = homes(servers);
        homes.createDirectory();
        provisioner = Provisioner.of(servers, homes, directory);
        provisioner.prepare(shared(Part.SOURCE));
        provisioner.prepare(shared(Part.TARGET));
        connections = new TenantConnections(
                servers,
                new Placements(directory),
                new PostgresFence(servers),
                new Limits(10, 40, Duration.ofSeconds(20)),
                TestFleet.TENANT_COLUMN);
    }

    private static String name(Part part) {
        return "server-" + part.name().toLowerCase(Locale.ROOT);
    }

    OwnServer server(Part part) {
        return Objects.requireNonNull(running.get(part));
    }

    Servers servers() {
        return servers;
    }

    /** The same, but one of them is reached by another way. */
    Servers through(Part part, String authority, String parameters) {
        return new Servers(servers.all().stream()
                .map(server -> server.name().equals(name(part))
                        ? new Server(
                                server.name(),
                                server.region(),
                                DatabaseUrl.parse("postgresql://" + authority + "/postgres" + parameters),
                                server.logins())
                        : server)
                .toList());
    }

    JdbcDirectory directory() {
        return directory;
    }

    TenantConnections connections() {
        return connections;
    }

    Home shared(Part part) {
        return new Home(Tier.SHARED, new Database(name(part), DATABASE), "shared");
    }

    Home own(Part part, TenantId tenant) {
        String own = "storefront_" + tenant.toString().replace('-', '_');
        return new Home(Tier.DATABASE, new Database(name(part), own), "storefront");
    }

    TenantId createTenant() {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        provisioner.create(tenant, "test", shared(Part.SOURCE));
        return tenant;
    }

    MoveJournal journal() {
        return new MoveJournal(directoryOf(servers));
    }

    Mover mover(Servers reached, MoveOptions options) {
        ConnectionSource source = directoryOf(reached);
        return new Mover(
                reached,
                homes(reached),
                new JdbcDirectory(source),
                new MoveJournal(source),
                TestFleet.TENANT_COLUMN,
                options);
    }

    private static Homes homes(Servers reached) {
        return new Homes(reached, new Database(name(Part.DIRECTORY), DATABASE), TestFleet.TENANT_COLUMN);
    }

    private static ConnectionSource directoryOf(Servers reached) {
        Database control = new Database(name(Part.DIRECTORY), DATABASE);
        return () -> reached.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, CrashScene.JOURNAL);
    }

    Connection administrator(Home home) throws SQLException {
        for (Part part : Part.values()) {
            if (name(part).equals(home.database().server())) {
                Connection connection =
                        server(part).administrator(home.database().name());
                connection.setSchema(home.schema());
                return connection;
            }
        }
        throw new IllegalStateException(home + " is not here");
    }

    static void administer(OwnServer server, String... sql) throws SQLException {
        try (Connection connection = server.administrator();
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        connections.close();
        for (OwnServer server : running.values()) {
            server.close();
        }
    }
}
