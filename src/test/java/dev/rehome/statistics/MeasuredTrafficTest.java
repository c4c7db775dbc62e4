package dev.rehome.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StatisticsConfig;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.storefront.Customer;
import dev.rehome.storefront.StorefrontModel;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an application's tenants do, seen where it is read. */
class MeasuredTrafficTest {
    @Test
    void whatTwoProcessesDoWithHibernateIsSeenInTheDirectory() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            for (Tier tier : Tier.values()) {
                TenantId tenant = fleet.createTenant(tier);
                try (DataLayer one = layer(fleet, StatisticsConfig.DEFAULT);
                        DataLayer other = layer(fleet, StatisticsConfig.DEFAULT)) {
                    shop(one, tenant);
                    shop(other, tenant);
                    assertEquals(1, one.statistics().orElseThrow().tenants());
                }
                TenantStatistics seen = new StatisticsDirectory(directory(fleet, DatabaseRole.MOVER))
                        .of(tenant)
                        .orElseThrow();
                String load = " from rehome_directory.tenant_load where tenant_id = '" + tenant + "'";
                assertEquals(6, fleet.count(fleet.sharedHome(), "select sum(transactions)" + load), tier.name());
                assertEquals(
                        2, fleet.count(fleet.sharedHome(), "select sum(writing_transactions)" + load), tier.name());
                assertEquals(4, fleet.count(fleet.sharedHome(), "select sum(written_rows)" + load), tier.name());
                assertEquals(6, fleet.count(fleet.sharedHome(), "select sum(queries)" + load), tier.name());
                assertTrue(seen.transactionsPerSecond() > 0, tier.name());
                assertTrue(seen.averageQueryTime().compareTo(Duration.ZERO) > 0, tier.name());
                assertTrue(seen.p99QueryTime().compareTo(Duration.ZERO) > 0, tier.name());
            }
        }
    }

    @Test
    void aProcessTellsHowItsConnectionsStandUntilItEndsOrIsSilent() throws Exception {
        StatisticsConfig often = StatisticsConfig.DEFAULT.every(StatisticsConfig.SHORTEST_INTERVAL);
        try (TestFleet fleet = TestFleet.onPostgres()) {
            NodePools pools = new NodePools(directory(fleet, DatabaseRole.MOVER));
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            try (DataLayer layer = layer(fleet, often)) {
                shop(layer, tenant);
                NodePool told = await(pools);
                assertEquals(layer.connections().figures().get(0).limit(), told.limit());
                assertEquals(fleet.control().server(), told.server());
                assertEquals(0, told.timeOuts());
                assertTrue(told.node().startsWith("process "), told.node());
            }
            assertEquals(List.of(), pools.list(), "it has ended");

            String node = "update rehome_directory.statistics_node set ended_at = null, pushed_at = now() - interval ";
            fleet.execute(node + "'4 seconds'");
            assertEquals(1, pools.list().size());
            fleet.execute(node + "'6 seconds'");
            assertEquals(List.of(), pools.list(), "it has missed five pushes");
        }
    }

    private static NodePool await(NodePools pools) throws InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        while (pools.list().isEmpty()) {
            assertFalse(deadline.passed(), "nothing was told");
            deadline.sleep(Duration.ofMillis(50));
        }
        return pools.list().get(0);
    }

    @Test
    void nothingIsCountedWhereTheFileSaysSo() throws Exception {
        StatisticsConfig off = new StatisticsConfig(
                false, Duration.ofMinutes(1), 1, 5, Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));
        try (TestFleet fleet = TestFleet.onPostgres()) {
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            try (DataLayer layer = layer(fleet, off)) {
                shop(layer, tenant);
                assertEquals(Optional.empty(), layer.statistics());
            }
            assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.statistics_node"));
        }
    }

    @Test
    void onH2AndTooOftenItIsRefused() throws SQLException {
        try (TestFleet fleet = TestFleet.on(Product.H2)) {
            RehomeException refused = assertThrows(
                    RehomeException.class,
                    () -> layer(fleet, StatisticsConfig.DEFAULT).close());
            assertEquals(ErrorKind.CONFIGURATION, refused.kind());
            RehomeException tooOften = assertThrows(
                    RehomeException.class,
                    () -> layer(fleet, StatisticsConfig.DEFAULT.every(Duration.ofMillis(10)))
                            .close());
            assertTrue(tooOften.getMessage().contains("too often"), tooOften.getMessage());
        }
    }

    /** A transaction that writes two rows in one statement, and two that read. */
    private static void shop(DataLayer layer, TenantId tenant) throws Exception {
        TenantContext.call(tenant, () -> {
            layer.sessionFactory()
                    .inTransaction(session -> session.createNativeMutationQuery(
                                    "insert into customers (storefront_id, id, email, created_at) select '" + tenant
                                            + "', gen_random_uuid(), cast(gen_random_uuid() as text), now() from generate_series(1, 2)")
                            .executeUpdate());
            for (int i = 0; i < 2; i++) {
                layer.sessionFactory()
                        .inTransaction(
                                session -> assertTrue(session.createSelectionQuery("from Customer", Customer.class)
                                                .list()
                                                .size()
                                        > 1));
            }
            return tenant;
        });
    }

    private static DataLayer layer(TestFleet fleet, StatisticsConfig config) {
        return DataLayer.builder(fleet.servers(), fleet.directory(), fleet.fence())
                .entities(StorefrontModel.ENTITIES)
                .statistics(directory(fleet, DatabaseRole.APP), config)
                .build();
    }

    private static ConnectionSource directory(TestFleet fleet, DatabaseRole role) {
        return () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, role, "test");
    }
}
