package dev.rehome.life;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Database;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The operations on the tenants of a test's fleet. */
final class LifeScene {
    static final String OPERATOR = "a test";

    private final TestFleet fleet;
    private final StrategyConfig strategy;

    /** @param folder for the strategy file, and for archives */
    LifeScene(TestFleet fleet, Path folder) throws IOException {
        this.fleet = fleet;
        Server server = fleet.servers().get(PostgresServer.NAME);
        String logins = Arrays.stream(DatabaseRole.values())
                .map(role -> {
                    Login login = Objects.requireNonNull(server.logins().get(role));
                    return role.name().toLowerCase(Locale.ROOT) + ": { user: " + login.user() + ", password: \""
                            + login.password() + "\" }";
                })
                .collect(Collectors.joining(", "));
        this.strategy = StrategyFile.read(Files.writeString(folder.resolve("strategy.yaml"), """
                tenant_strategy:
                  default_type: shared
                  migration_thresholds: { customers: 100000, orders: 500000, avg_query_time: 200ms }
                  database_config:
                    shared_database_url: "postgresql://ADDRESS/DATABASE"
                    tenant_database_pattern: "postgresql://ADDRESS/storefront_{storefront_id}"
                    max_connections_per_tenant: 20
                    roles: { LOGINS }
                  migration_config:
                    batch_size: 100
                    validation_enabled: true
                    rollback_enabled: true
                    dual_write_duration: "1h"
                    archive: ARCHIVE
                """.replace(
                        "ADDRESS", server.url().authority())
                .replace("DATABASE", server.url().database())
                .replace("LOGINS", logins)
                .replace("ARCHIVE", folder.resolve("archive").toString())));
    }

    TestFleet fleet() {
        return fleet;
    }

    StrategyConfig strategy() {
        return strategy;
    }

    TenantLife life() {
        return life(fleet.servers());
    }

    /** As an operator who reaches all databases, the directory's too, by these connections. */
    TenantLife life(Servers servers) {
        return new TenantLife(tools(servers), OPERATOR);
    }

    LifeTools tools() {
        return tools(fleet.servers());
    }

    private LifeTools tools(Servers servers) {
        Database control = fleet.control();
        return new LifeTools(
                servers,
                new Homes(servers, control, TestFleet.TENANT_COLUMN),
                new JdbcDirectory(() -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test")),
                () -> servers.open(control, JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test"),
                strategy);
    }
}
