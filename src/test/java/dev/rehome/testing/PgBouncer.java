package dev.rehome.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PgBouncer before the server of the tests, with few connections to it. Whoever asks for one where the program is not installed is
 * skipped. Closing it stops it.
 */
public final class PgBouncer implements AutoCloseable {
    private static final List<String> PLACES =
            List.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer");
    private static final Duration LONGEST_START = Duration.ofSeconds(10);

    private final Process process;
    private final Path folder;
    private final int port;

    private PgBouncer(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param server before which it stands, whatever the database
     * @param mode of the pool: {@code session}, {@code transaction} or {@code statement}
     */
    public static PgBouncer before(DatabaseUrl server, Stream<Login> logins, String mode) throws IOException {
        Path program = PLACES.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(program != null, "needs PgBouncer: apt-get install pgbouncer");
        String[] address = server.authority().split(":", 2);
        int port = freePort();
        // It refuses to run as root, and then as whom must be able to read the files.
        Path folder = Files.createTempDirectory(
                "pgbouncer", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path users = folder.resolve("users.txt");
        Files.writeString(
                users,
                logins.map(login -> "\"" + login.user() + "\" \"" + login.password() + "\"\n")
                        .collect(Collectors.joining()));
        Path settings = folder.resolve("pgbouncer.ini");
        Files.writeString(
                settings, """
                [databases]
                * = host=%s port=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = %s
                default_pool_size = 4
                max_client_conn = 200
                ignore_startup_parameters = extra_float_digits
                """.formatted(address[0], address.length == 2 ? address[1] : "5432", port, users, mode));
        List<String> command = System.getProperty("user.name").equals("root")
                ? List.of(program.toString(), "-u", "nobody", settings.toString())
                : List.of(program.toString(), settings.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        PgBouncer bouncer = new PgBouncer(process, folder, port);
        bouncer.awaitListening();
        return bouncer;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitListening() throws IOException {
        long until = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > until) {
                    throw new IOException("PgBouncer does not listen: " + Files.readString(folder.resolve("log")), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** How to reach the server through it. */
    public DatabaseUrl url(DatabaseUrl server) {
        return new DatabaseUrl(
                server.product(), "127.0.0.1:" + port, server.database(), server.parameters(), null, null);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
