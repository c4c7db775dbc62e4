package dev.rehome.fleet.spares;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.RehomeException;
import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.drift.HomeDrift;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.DyingProcess;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SparesTest {
    private TestFleet fleet;
    private ConnectionSource directory;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        directory = () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
    }

    @AfterEach
    void close() throws SQLException {
        fill(Tier.SCHEMA, 0);
        fill(Tier.DATABASE, 0);
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "DATABASE"})
    void aNewTenantTakesASpareHomeWhichIsAsGoodAsAnyOther(Tier tier) throws SQLException {
        assertEquals(2, fill(tier, 2).made());
        List<Long> spares = numbers(tier);

        TenantId tenant = fleet.createTenant(tier);

        assertTrue(spares.contains(number(tier, fleet.home(tier, tenant))), "it was made anew");
        assertEquals(1, count("state = 'READY'"));
        assertEquals(1, count("true"));
        List<HomeDrift> drifts = new ArrayList<>();
        new Drift(fleet.servers(), fleet.homes(), fleet.control(), fleet.directory(), List.of())
                .find(new Drift.Listener() {
                    @Override
                    public void looked(int done, int total) {}

                    @Override
                    public void found(HomeDrift drift) {
                        drifts.add(drift);
                    }
                });
        assertEquals(List.of(), drifts);
    }

    @Test
    void withoutAStockAHomeIsMade() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);

        assertTrue(fleet.homes().exists(fleet.home(Tier.SCHEMA, tenant)));
    }

    @Test
    void twoWhoTakeAtTheSameTimeNeverGetTheSame() throws SQLException {
        fill(Tier.SCHEMA, 1);
        Home home = fleet.home(Tier.SCHEMA, TenantId.of(UUID.randomUUID()));
        Spares spares = new Spares(fleet.homes());
        try (Connection one = directory.open();
                Connection other = directory.open()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);

            boolean first = spares.claim(one, TenantId.of(UUID.randomUUID()), home);
            boolean second = spares.claim(other, TenantId.of(UUID.randomUUID()), home);

            assertTrue(first);
            assertFalse(second);
            one.rollback();
            other.rollback();
        }
    }

    @Test
    void manyWhoCreateAtTheSameTimeAllGetHomesOfTheirOwn()
            throws InterruptedException, ExecutionException, SQLException {
        fill(Tier.SCHEMA, 3);
        ExecutorService crew = Executors.newFixedThreadPool(6);
        try {
            List<Future<Home>> homes = new ArrayList<>();
            List<TenantId> tenants = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                TenantId tenant = TenantId.of(UUID.randomUUID());
                tenants.add(tenant);
                homes.add(crew.submit(() -> fleet.provisioner()
                        .create(tenant, "one of many", fleet.home(Tier.SCHEMA, tenant))
                        .home()));
            }
            Set<Long> numbers = new HashSet<>();
            for (Future<Home> home : homes) {
                numbers.add(number(Tier.SCHEMA, home.get()));
            }
            assertEquals(6, numbers.size());
            assertEquals(0, count("true"));
            for (TenantId tenant : tenants) {
                fleet.homes().drop(fleet.home(Tier.SCHEMA, tenant));
            }
        } finally {
            crew.shutdownNow();
        }
    }

    /** A database takes so much longer that the process dies at fewer statements. */
    @ParameterizedTest
    @CsvSource({"SCHEMA, 4", "DATABASE, 7"})
    void whatAFillHasLeftWhereverItDiedIsFinishedByTheNext(Tier tier, int usualStep) throws SQLException {
        // Every point takes too long for each build: -Dlife.stride=1 takes them all.
        int step = Integer.getInteger("life.stride", usualStep);
        boolean died = true;
        for (int deadAt = 1; died; deadAt += step) {
            DyingProcess process = new DyingProcess(deadAt, deadAt % 2 == 0);
            Servers servers = fleet.servers().openedBy(process);
            try {
                new SparesFill(
                                fleet.homes().reachedBy(servers),
                                () -> servers.open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "dying"))
                        .fill(wanted(tier, 1));
            } catch (RehomeException e) {
                assertTrue(process.isDead(), () -> "failed otherwise: " + e);
            }
            died = process.isDead();

            SparesFill.Filled filled = fill(tier, 1);

            assertEquals(1, filled.ready());
            assertEquals(1, numbers(tier).size(), "after " + deadAt);
            fill(tier, 0);
            assertEquals(0, numbers(tier).size(), "after " + deadAt);
        }
    }

    @Test
    void aSpareHomeOfAnOlderLevelIsBroughtUpByTheFillOrByWhoeverTakesIt() throws SQLException {
        fill(Tier.SCHEMA, 1);
        makeOlder();
        assertEquals(1, fill(Tier.SCHEMA, 1).broughtUp());
        assertEquals(0, fill(Tier.SCHEMA, 1).broughtUp());
        makeOlder();

        Home home = fleet.home(Tier.SCHEMA, fleet.createTenant(Tier.SCHEMA));

        assertTrue(fleet.homes().isUpToDate(home));
        assertEquals(
                1,
                fleet.count(
                        home,
                        "select count(*) from pg_class where relname = 'cart_items' and relnamespace = '"
                                + home.schema() + "'::regnamespace and relrowsecurity"));
    }

    private void makeOlder() throws SQLException {
        Optional<SpareHome> spare = directory.transact(connection -> SpareRows.hold(
                connection, SpareRows.State.READY, wanted(Tier.SCHEMA, 1).like()));
        String schema = '"' + spare.orElseThrow().home().schema() + '"';
        fleet.execute("drop table " + schema + ".cart_items; delete from " + schema
                + ".databasechangelog where id = 'cart-items'");
    }

    private SparesFill.Filled fill(Tier tier, int count) {
        return new SparesFill(fleet.homes(), directory).fill(wanted(tier, count));
    }

    private SparesFill.Wanted wanted(Tier tier, int count) {
        return new SparesFill.Wanted(fleet.home(tier, TenantId.of(new UUID(0, 0))), count);
    }

    private long count(String where) throws SQLException {
        return fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.spare_home where " + where);
    }

    /** The server's numbers of all spare homes, which no change of a name changes. */
    private List<Long> numbers(Tier tier) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Connection connection = fleet.administrator(fleet.sharedHome());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        tier == Tier.SCHEMA
                                ? "select oid from pg_namespace where nspname like 'rehome_spare_%'"
                                : "select oid from pg_database where datname like 'rehome_spare_%'")) {
            while (row.next()) {
                numbers.add(row.getLong(1));
            }
        }
        return numbers;
    }

    private long number(Tier tier, Home home) throws SQLException {
        return fleet.count(
                fleet.sharedHome(),
                tier == Tier.SCHEMA
                        ? "select oid from pg_namespace where nspname = '" + home.schema() + "'"
                        : "select oid from pg_database where datname = '"
                                + home.database().name() + "'");
    }
}
