package dev.rehome.testing;

import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Server;
import dev.rehome.schema.Roles;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;

/**
 * An embedded PostgreSQL server of one test class alone, which may do to it what others must not notice: use it up, stop it,
 * start it again, give it a standby. A test that asks for one is skipped where the tests' servers are not embedded ones.
 */
public final class OwnServer implements AutoCloseable {
    private static final String LOCK_OF_LIBRARY = "epg-lock";

    private final Path data;
    private final Map<String, String> settings;
    private EmbeddedPostgres running;

    private OwnServer(Path data, Map<String, String> settings) throws IOException {
        this.data = data;
        this.settings = Map.copyOf(settings);
        this.running = builder(data, settings).start();
    }

    /** @param settings of postgresql.conf */
    public static OwnServer start(Map<String, String> settings) throws IOException, SQLException {
        PostgresServer.requireEmbedded("needs a PostgreSQL server of its own");
        OwnServer server = new OwnServer(DataFolders.create(), settings);
        try (Connection connection = server.administrator()) {
            Roles.create(connection, PostgresServer.LOGINS);
        }
        return server;
    }

    /** The server as Rehome sees it. */
    public Server server(String name) {
        return new Server(
                name,
                "test",
                DatabaseUrl.parse("postgresql://localhost:" + running.getPort() + "/postgres"),
                PostgresServer.LOGINS);
    }

    public Connection administrator() throws SQLException {
        return administrator("postgres");
    }

    public Connection administrator(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + running.getPort() + "/" + database, "postgres", "postgres");
    }

    public int port() {
        return running.getPort();
    }

    /** Ends all connections. */
    public void stop() throws IOException {
        running.close();
    }

    /** As {@code pg_ctl stop -m immediate}: without a word to anybody, and with a recovery when it starts again. */
    public void stopImmediately() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start();
        ProcessHandle.of(pid).ifPresent(server -> server.onExit().join());
        stop(); // the library has to know, to let go of its lock
    }

    /** On the same port. */
    public void startAgain() throws IOException {
        running = builder(data, settings).setPort(running.getPort()).start();
    }

    /** A copy of this server that follows it. This one is stopped while it is copied. */
    public OwnServer standby(String settingsOfStandby) throws IOException {
        Path copy = DataFolders.create();
        stop();
        copy(data, copy);
        startAgain();
        Files.createFile(copy.resolve("standby.signal"));
        // Not on the command line, where they would win over what is altered later.
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "\nprimary_conninfo = 'host=localhost port=" + running.getPort() + " user=postgres'\n"
                        + settingsOfStandby + "\n",
                StandardOpenOption.APPEND);
        return new OwnServer(copy, settings);
    }

    /** An empty database of the owner's. */
    public void createDatabase(String name) throws SQLException {
        execute("create database " + SqlNames.quote(name) + " owner rehome_owner");
    }

    /** Keeps the server's log in a folder from now on; the server was started with {@code archive_mode}. */
    public void archive(Path folder) throws SQLException {
        execute("alter system set archive_command = 'cp %p " + folder + "/%f'", "select pg_reload_conf()");
    }

    /**
     * A base backup of the server while it is used.
     *
     * @param copy an empty folder for it
     */
    public void backUp(Path copy) throws IOException, InterruptedException {
        BaseBackup.take(running.getPort(), copy);
    }

    /** Gives this moment a name, and returns when the log up to it has been archived. */
    public void mark(String moment) throws SQLException {
        execute(
                "select pg_create_restore_point('" + moment + "')",
                "select pg_backup_start('wait', true)",
                "select pg_backup_stop(true)");
    }

    /**
     * A server as it was at a named moment.
     *
     * @param action what it does there: pause, or promote
     */
    public static OwnServer restored(Path backup, Path archive, String moment, String action) throws IOException {
        Path restored = DataFolders.create();
        copy(backup, restored);
        Files.createFile(restored.resolve("recovery.signal"));
        Files.writeString(
                restored.resolve("postgresql.auto.conf"),
                "\narchive_command = ''\nrestore_command = 'cp " + archive + "/%f %p'\nrecovery_target_name = '"
                        + moment + "'\nrecovery_target_action = '" + action + "'\n",
                StandardOpenOption.APPEND);
        return new OwnServer(restored, Map.of());
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = administrator();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        FileTree.delete(data);
    }

    private static EmbeddedPostgres.Builder builder(Path data, Map<String, String> settings) {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        settings.forEach(builder::setServerConfig);
        return builder;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!folder.equals(from)) {
                    Files.copy(folder, to.resolve(from.relativize(folder)), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!Set.of(LOCK_OF_LIBRARY, "postmaster.pid")
                        .contains(file.getFileName().toString())) {
                    Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
