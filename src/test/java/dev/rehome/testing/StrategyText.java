package dev.rehome.testing;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A strategy file for a test's servers: the first is the default one, the others have the names that they have. */
public final class StrategyText {
    private final List<Server> servers;
    private String spares = "{ schema: 0, database: 0 }";
    private final Map<String, String> migration = new LinkedHashMap<>(Map.of(
            "batch_size", "100",
            "validation_enabled", "true",
            "rollback_enabled", "true",
            "dual_write_duration", "\"1h\""));
    private String address;
    private List<DatabaseRole> roles = List.of(DatabaseRole.values());

    private StrategyText(List<Server> servers) {
        this.servers = servers;
        this.address = servers.get(0).url().authority();
    }

    public static StrategyText of(Servers servers) {
        return new StrategyText(List.copyOf(servers.all()));
    }

    /** Of the default server, instead of where it is. */
    public StrategyText at(String other) {
        address = other;
        return this;
    }

    /** Which have logins. */
    public StrategyText with(DatabaseRole... some) {
        roles = List.of(some);
        return this;
    }

    /** A line of {@code migration_config}. */
    public StrategyText migration(String key, String value) {
        migration.put(key, value);
        return this;
    }

    /** How many homes are kept in stock. */
    public StrategyText spares(int schemas, int databases) {
        spares = "{ schema: " + schemas + ", database: " + databases + " }";
        return this;
    }

    public Path write(Path file) throws IOException {
        return Files.writeString(file, toString());
    }

    public StrategyConfig read(Path file) throws IOException {
        return StrategyFile.read(write(file));
    }

    @Override
    public String toString() {
        Server first = servers.get(0);
        return """
                tenant_strategy:
                  default_type: shared
                  migration_thresholds: { customers: 100000, orders: 500000, avg_query_time: 200ms }
                  database_config:
                    shared_database_url: "postgresql://ADDRESS/DATABASE"
                    tenant_database_pattern: "postgresql://ADDRESS/storefront_{storefront_id}"
                    max_connections_per_tenant: 20
                    roles: { LOGINS }
                    servers: { SERVERS }
                  migration_config: { MIGRATION }
                  spares: SPARES
                """.replace("ADDRESS", address)
                .replace("DATABASE", first.url().database())
                .replace("SPARES", spares)
                .replace(
                        "LOGINS", roles.stream().map(role -> login(first, role)).collect(Collectors.joining(", ")))
                .replace(
                        "SERVERS",
                        servers.stream().skip(1).map(StrategyText::further).collect(Collectors.joining(", ")))
                .replace(
                        "MIGRATION",
                        migration.entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .collect(Collectors.joining(", ")));
    }

    private static String login(Server server, DatabaseRole role) {
        Login login = Objects.requireNonNull(server.logins().get(role));
        return role.name().toLowerCase(Locale.ROOT) + ": { user: " + login.user() + ", password: \"" + login.password()
                + "\" }";
    }

    private static String further(Server server) {
        return server.name() + ": { region: " + server.region() + ", url: \"postgresql://"
                + server.url().authority() + "/" + server.url().database() + "\", roles: { "
                + Arrays.stream(DatabaseRole.values())
                        .map(role -> login(server, role))
                        .collect(Collectors.joining(", "))
                + " } }";
    }
}
