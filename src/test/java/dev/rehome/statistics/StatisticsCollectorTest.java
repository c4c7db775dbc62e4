package dev.rehome.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StatisticsConfig;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatisticsCollectorTest {
    private static final String THIS_HOUR = "date_trunc('hour', now(), 'UTC')";

    private TestFleet fleet;
    private ConnectionSource connections;
    private StatisticsDirectory statistics;

    @BeforeEach
    void begin() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
        statistics = new StatisticsDirectory(connections);
    }

    @AfterEach
    void end() throws SQLException {
        fleet.close();
    }

    @Test
    void everyTierIsCountedAndNobodyGetsAnothersRows() throws SQLException {
        TenantId small = tenant(Tier.SHARED, 30);
        TenantId large = tenant(Tier.SHARED, 300);
        TenantId schema = tenant(Tier.SCHEMA, 40);
        TenantId database = tenant(Tier.DATABASE, 50);

        CollectReport report = collect(StatisticsConfig.DEFAULT);

        assertEquals(2, report.ownHomes());
        assertEquals(2, report.counted());
        assertEquals(330, report.countedRows());
        assertEquals(List.of(), List.copyOf(report.failures().keySet()));
        assertEquals(30, customers(small));
        assertEquals(300, customers(large));
        assertEquals(40, customers(schema));
        assertEquals(50, customers(database));
        TenantStatistics one = statistics.of(small).orElseThrow();
        TenantStatistics other = statistics.of(large).orElseThrow();
        assertTrue(one.bytes() > 0 && other.bytes() > 5 * one.bytes(), one.bytes() + " and " + other.bytes());
        assertEquals(
                fleet.count(
                        fleet.sharedHome(),
                        "select sum(pg_total_relation_size(c.oid)) from pg_class c where relkind = 'r'"
                                + " and relnamespace = '"
                                + fleet.home(Tier.SCHEMA, schema).schema() + "'::regnamespace"
                                + " and exists (select from pg_attribute where attrelid = c.oid and attname = 'storefront_id')"),
                statistics.of(schema).orElseThrow().bytes());
    }

    @Test
    void sharedTablesAreCountedAgainOnlyForWhoHasWrittenEnough() throws SQLException {
        TenantId quiet = tenant(Tier.SHARED, 100);
        TenantId busy = tenant(Tier.SHARED, 100);
        collect(StatisticsConfig.DEFAULT);
        add(quiet, fleet.sharedHome(), 4);
        add(busy, fleet.sharedHome(), 5);
        load(quiet, THIS_HOUR, 4);
        load(busy, THIS_HOUR, 5);

        CollectReport second = collect(StatisticsConfig.DEFAULT);
        CollectReport third = collect(StatisticsConfig.DEFAULT);

        assertEquals(1, second.counted());
        assertEquals(1, second.unchanged());
        assertEquals(100, customers(quiet));
        assertEquals(105, customers(busy));
        assertEquals(0, third.counted(), "what it wrote this hour was counted already");
    }

    @Test
    void whoWasLastCountedLongAgoIsCountedThoughNothingIsKnownOfWrites() throws SQLException {
        TenantId tenant = tenant(Tier.SHARED, 10);
        collect(StatisticsConfig.DEFAULT);
        add(tenant, fleet.sharedHome(), 1);
        fleet.execute("update rehome_directory.tenant_size set counted_at = now() - interval '8 days'");

        assertEquals(1, collect(StatisticsConfig.DEFAULT).counted());
        assertEquals(11, customers(tenant));
    }

    @Test
    void aRoundCountsSoManyAndTheNextGoesOn() throws SQLException {
        for (int i = 0; i < 3; i++) {
            tenant(Tier.SHARED, 1);
        }
        StatisticsConfig two = new StatisticsConfig(
                true, Duration.ofMinutes(1), 2, 5, Duration.ofDays(7), Duration.ofDays(7), Duration.ofDays(400));

        CollectReport first = collect(two);
        assertEquals(2, first.counted());
        assertEquals(1, first.leftToCount());
        CollectReport second = collect(two);
        assertEquals(1, second.counted());
        assertEquals(0, second.leftToCount());
        assertEquals(2, second.unchanged());
    }

    @Test
    void whatWasReadAtAPlacementThatIsLeftIsNotKept() throws SQLException {
        TenantId tenant = tenant(Tier.SHARED, 10);
        collect(StatisticsConfig.DEFAULT);
        SizeStore store = new SizeStore(connections);
        var left = fleet.directory().find(tenant).orElseThrow();
        fleet.execute("update rehome_directory.placement set epoch = epoch + 1 where tenant_id = '" + tenant + "'");

        store.save(Map.of(left, new TenantSize(Map.of("customers", 0L), 0)), true);

        assertEquals(10, customers(tenant));
        fleet.execute("update rehome_directory.placement set epoch = epoch - 1 where tenant_id = '" + tenant + "'");
    }

    @Test
    void aDatabaseThatCannotBeLookedAtIsNamedAndTheOthersAreCollected() throws SQLException {
        TenantId shared = tenant(Tier.SHARED, 10);
        TenantId gone = tenant(Tier.DATABASE, 10);
        fleet.execute(
                "update rehome_directory.placement set database_name = 'nowhere' where tenant_id = '" + gone + "'");

        CollectReport report = collect(StatisticsConfig.DEFAULT);

        assertEquals(1, report.failures().size());
        assertTrue(
                report.failures().toString().contains("nowhere"),
                report.failures().toString());
        assertEquals(10, customers(shared));
        fleet.execute("update rehome_directory.placement set database_name = '"
                + fleet.home(Tier.DATABASE, gone).database().name() + "' where tenant_id = '" + gone + "'");
    }

    @Test
    void thePresentIsTheAverageOfTheLastHoursOverAllProcesses() throws SQLException {
        TenantId tenant = tenant(Tier.SHARED, 1);
        fleet.execute("insert into rehome_directory.statistics_node (node, interval_millis, started_at) values"
                + " ('a', 60000, now() - interval '100 seconds'), ('b', 60000, now() - interval '50 seconds')");
        load(tenant, THIS_HOUR, "a", 150, 4_000);
        load(tenant, THIS_HOUR, "b", 50, 1_000);
        load(tenant, THIS_HOUR + " - interval '2 hours'", "a", 1_000_000, 1);

        TenantStatistics now = statistics.of(tenant).orElseThrow();

        assertEquals(2, now.transactionsPerSecond(), 0.2);
        assertEquals(2, now.writesPerSecond(), 0.2);
        assertEquals(Duration.ofNanos(25_000), now.averageQueryTime());
        assertTrue(now.p99QueryTime().toNanos() > 0);
        assertEquals(
                List.of(tenant),
                statistics.all().stream().map(TenantStatistics::tenant).toList());
        assertTrue(now.rows().isEmpty(), "was not counted yet");
    }

    @Test
    void hoursThatAreOverBecomePointsAndOldOnesDays() throws SQLException {
        TenantId tenant = tenant(Tier.SHARED, 10);
        load(tenant, THIS_HOUR, "a", 1, 100);
        load(tenant, THIS_HOUR + " - interval '3 hours'", "a", 10, 100);
        load(tenant, THIS_HOUR + " - interval '3 hours'", "b", 20, 100);
        String longAgo = "date_trunc('day', now(), 'UTC') - interval '9 days'";
        load(tenant, longAgo + " + interval '5 hours'", "a", 3, 100);
        load(tenant, longAgo + " + interval '6 hours'", "a", 4, 100);
        collect(StatisticsConfig.DEFAULT);

        CollectReport again = collect(StatisticsConfig.DEFAULT);

        assertEquals(0, again.points());
        List<TenantStatistics> history =
                statistics.history(tenant, Instant.now().minus(Duration.ofDays(30)));
        assertEquals(2, history.size());
        assertEquals(7.0 / 86_400, history.get(0).transactionsPerSecond(), 1e-9);
        assertEquals(30.0 / 3_600, history.get(1).transactionsPerSecond(), 1e-9);
        assertEquals(10, history.get(1).rowsOf("customers"));
        assertEquals(
                1,
                fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.tenant_load"),
                "the hour that is not over stays");
        assertEquals(
                1,
                statistics
                        .history(tenant, Instant.now().minus(Duration.ofDays(1)))
                        .size());
    }

    @Test
    void daysAreForgottenInTheEnd() throws SQLException {
        TenantId tenant = tenant(Tier.SHARED, 1);
        load(tenant, "date_trunc('day', now(), 'UTC') - interval '500 days'", "a", 3, 100);
        collect(StatisticsConfig.DEFAULT);
        assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.tenant_point"));
    }

    private CollectReport collect(StatisticsConfig config) {
        return new StatisticsCollector(fleet.servers(), fleet.directory(), connections, TestFleet.TENANT_COLUMN, config)
                .collect();
    }

    private long customers(TenantId tenant) {
        return statistics.of(tenant).orElseThrow().rowsOf("customers");
    }

    private TenantId tenant(Tier tier, int customers) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        add(tenant, fleet.home(tier, tenant), customers);
        return tenant;
    }

    /** Tells the server's estimate at once: told after the analysis it would count twice. */
    private void add(TenantId tenant, Home home, int customers) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute("insert into customers (storefront_id, id, email, created_at) select '" + tenant
                    + "', gen_random_uuid(), gen_random_uuid()::text, now() from generate_series(1, " + customers
                    + ")");
            statement.execute("select pg_stat_force_next_flush()");
            statement.execute("analyze customers");
        }
    }

    private void load(TenantId tenant, String hour, long writtenRows) throws SQLException {
        load(tenant, hour, "node", writtenRows, 1);
    }

    /** As many rows and statements as transactions. */
    private void load(TenantId tenant, String hour, String node, long transactions, long queryMicros)
            throws SQLException {
        fleet.execute(
                "insert into rehome_directory.tenant_load (tenant_id, node, hour, transactions, writing_transactions,"
                        + " written_rows, queries, query_micros, first_bucket, buckets) values ('" + tenant + "', '"
                        + node + "', "
                        + hour + ", " + transactions + ", " + transactions + ", " + transactions + ", " + transactions
                        + ", "
                        + queryMicros + ", 4, array[" + transactions + "])");
    }
}
