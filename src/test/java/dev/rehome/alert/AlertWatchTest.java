package dev.rehome.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import dev.rehome.watch.FleetWatch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class AlertWatchTest {
    private static final StrategyConfig STRATEGY = StrategyFile.parse("test", """
            tenant_strategy:
              default_type: shared
              migration_thresholds: { customers: 1, orders: 1, avg_query_time: 200ms }
              database_config:
                shared_database_url: "postgresql://user:pass@host/smartseller"
                tenant_database_pattern: "postgresql://user:pass@host/storefront_{storefront_id}"
                max_connections_per_tenant: 20
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: "24h" }
              alerts: { interval: 1s }
            """, variable -> null);

    @Test
    void aMoveThatFailsIsSeenAndSoIsThatItGoesOnThoughTheDirectoryWasAwayMeanwhile() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            AtomicBoolean away = new AtomicBoolean();
            CountDownLatch asked = new CountDownLatch(1);
            ConnectionSource directory = () -> {
                if (away.get()) {
                    asked.countDown();
                    throw new SQLException("it is away", "08006");
                }
                return fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
            };
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            fleet.journal().plan(fleet.directory().find(tenant).orElseThrow(), fleet.home(Tier.SCHEMA, tenant));
            fleet.execute("update rehome_directory.move set phase = 'BACKFILL', failure = 'no room'");
            try (AlertWatch watch = AlertWatch.start(new FleetWatch(directory), STRATEGY)) {
                await(watch, firing -> firing.equals(List.of("RehomeMoveStopped")));
                away.set(true);
                assertTrue(asked.await(30, TimeUnit.SECONDS));
                assertEquals(List.of("RehomeMoveStopped"), names(watch));
                away.set(false);
                fleet.execute(
                        "update rehome_directory.move set failure = null, lease_until = now() + interval '1 hour'");
                await(watch, List::isEmpty);
            }
        }
    }

    private static void await(AlertWatch watch, Predicate<List<String>> wanted) throws InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        while (!wanted.test(names(watch)) && !deadline.passed()) {
            deadline.sleep(Duration.ofMillis(20));
        }
        assertTrue(wanted.test(names(watch)), names(watch).toString());
    }

    private static List<String> names(AlertWatch watch) {
        return watch.alerts().firing().stream().map(Alert::name).toList();
    }
}
