package dev.rehome.proof;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PgBouncer of the installed program before the tests' server, with two connections to it. It does not run as root, so it is another user then. */
final class PgBouncer implements Closeable {
    private static final int ATTEMPTS = 2_000_000;

    private final Process process;
    private final int port;

    private PgBouncer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static PgBouncer start(String program, String mode, int serverPort) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path folder = Files.createTempDirectory("rehome-pgbouncer");
        Path configuration = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=localhost port=%d user=postgres password=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                default_pool_size = 2
                ignore_startup_parameters = extra_float_digits, search_path
                """.formatted(serverPort, port, mode));
        List<String> command = new ArrayList<>(List.of(program, configuration.toString()));
        if (System.getProperty("user.name", "").equals("root")) {
            // It refuses to run as root.
            command.addAll(0, List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            folder.toFile().setExecutable(true, false);
            folder.toFile().setReadable(true, false);
            configuration.toFile().setReadable(true, false);
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        return new PgBouncer(process, port);
    }

    /** As soon as it listens. */
    Connection open(String database) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?prepareThreshold=0", "anybody", "");
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !process.isAlive()) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
