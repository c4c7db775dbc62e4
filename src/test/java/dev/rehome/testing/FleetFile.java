package dev.rehome.testing;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The strategy file of a test's fleet, on its first server. */
public final class FleetFile {
    private static final String FILE = """
            tenant_strategy:
              default_type: shared
              migration_thresholds: { schema: { customers: 200 }, database: { customers: 100000 } }
              database_config:
                shared_database_url: "postgresql://ADDRESS/DATABASE"
                tenant_database_pattern: "postgresql://ADDRESS/storefront_{storefront_id}"
                max_connections_per_tenant: 20
                roles: { LOGINS }
              migration_config:
                batch_size: 1000
                validation_enabled: true
                rollback_enabled: true
                dual_write_duration: 1s
                fenced_pass_rows: 0
                max_concurrent_moves: 2
                lease: 2s
                cutover: { max_pause: 5s, lock_timeout: 200ms, deadline: 1m }
                throttle: { write_latency: 1m, replication_lag: 1m, connections: 99 }
            """;

    private final Server server;
    private final Path file;

    public FleetFile(TestFleet fleet, Path folder) {
        this.server = fleet.servers().get(PostgresServer.NAME);
        this.file = folder.resolve("strategy.yaml");
    }

    public Path path() {
        return file;
    }

    /**
     * Writes it, at once for whoever reads it meanwhile.
     *
     * @param more further lines, indented by two
     */
    public FleetFile write(String... more) throws IOException {
        return replace(text(more));
    }

    public FleetFile replace(String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next.yaml"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    public String text(String... more) {
        String logins = Stream.of(DatabaseRole.values())
                .map(role -> {
                    Login login = Objects.requireNonNull(server.logins().get(role));
                    return role.name().toLowerCase(Locale.ROOT) + ": { user: " + login.user() + ", password: \""
                            + login.password() + "\" }";
                })
                .collect(Collectors.joining(", "));
        return FILE.replace("ADDRESS", server.url().authority())
                        .replace("DATABASE", server.url().database())
                        .replace("LOGINS", logins)
                + Stream.of(more).map(line -> "  " + line + "\n").collect(Collectors.joining());
    }
}
