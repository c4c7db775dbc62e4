package dev.rehome.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.fleet.spares.SparesFill;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.DyingProcess;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process dies at every statement of a creation in turn, just before the server does it or just after; with a database, which
 * takes so much longer, at every third.
 */
class CreationCrashTest {
    private static final int MOST_STATEMENTS = 200;

    private static TestFleet fleet;

    @BeforeAll
    static void open() throws SQLException {
        fleet = TestFleet.onPostgres();
    }

    @AfterAll
    static void close() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest(name = "{0}, {1} spares")
    @CsvSource({"SHARED, 0, 1", "SCHEMA, 0, 3", "SCHEMA, 1, 3", "DATABASE, 0, 5", "DATABASE, 1, 5"})
    void whereverAProcessDiesARepeatFinishesTheTenantOrASweepLeavesNothing(Tier tier, int spares, int usualStep)
            throws SQLException {
        // Every point takes too long for each build: -Dlife.stride=1 takes them all.
        int step = Integer.getInteger("life.stride", usualStep);
        int deadAt = 0;
        boolean died;
        do {
            deadAt += step;
            assertTrue(deadAt < MOST_STATEMENTS);
            died = deadAt % 2 == 0 ? diesAndIsRepeated(tier, spares, deadAt) : diesAndIsSwept(tier, spares, deadAt);
        } while (died);
        assertTrue(deadAt > 5, "died " + deadAt + " times only");
        fill(tier, 0);
        assertNothingUnknown("at the end");
    }

    private boolean diesAndIsRepeated(Tier tier, int spares, int deadAt) throws SQLException {
        fill(tier, spares);
        TenantId tenant = TenantId.of(UUID.randomUUID());
        Home home = fleet.home(tier, tenant);
        boolean died = dies(new DyingProcess(deadAt, deadAt % 4 == 0), tenant, home);

        Placement placement = fleet.provisioner().create(tenant, "repeated", home);

        assertEquals(new Placement(tenant, home, Epoch.FIRST), placement);
        assertServes(placement);
        assertEquals(
                List.of(), fleet.provisioner().sweep(Duration.ZERO), "a record may be left, and nothing to be removed");
        assertServes(placement);
        fleet.homes().drop(drop(placement));
        fleet.execute("delete from rehome_directory.placement where tenant_id = '" + tenant
                + "'; delete from rehome_directory.tenant where tenant_id = '" + tenant
                + "'; delete from rehome.residency where tenant_id = '" + tenant + "'");
        assertNothingUnknown("repeated after " + deadAt);
        return died;
    }

    private boolean diesAndIsSwept(Tier tier, int spares, int deadAt) throws SQLException {
        fill(tier, spares);
        TenantId tenant = TenantId.of(UUID.randomUUID());
        Home home = fleet.home(tier, tenant);
        boolean died = dies(new DyingProcess(deadAt, deadAt % 4 == 1), tenant, home);

        List<TenantId> swept = fleet.provisioner().sweep(Duration.ZERO);

        if (fleet.directory().find(tenant).isPresent()) {
            assertEquals(List.of(), swept);
            assertServes(fleet.directory().find(tenant).orElseThrow());
            fleet.homes().drop(drop(fleet.directory().find(tenant).orElseThrow()));
        } else if (tier != Tier.SHARED) {
            assertFalse(fleet.homes().exists(home), "left after " + deadAt);
        }
        if (swept.isEmpty()) {
            fleet.execute("delete from rehome_directory.placement where tenant_id = '" + tenant
                    + "'; delete from rehome_directory.tenant where tenant_id = '" + tenant
                    + "'; delete from rehome.residency where tenant_id = '" + tenant + "'");
        }
        assertNothingUnknown("swept after " + deadAt);
        return died;
    }

    private static boolean dies(DyingProcess process, TenantId tenant, Home home) {
        Servers servers = fleet.servers().openedBy(process);
        Provisioner dying = Provisioner.of(
                servers,
                fleet.homes().reachedBy(servers),
                new JdbcDirectory(
                        () -> servers.open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "dying")));
        try {
            dying.create(tenant, "dying", home);
        } catch (RehomeException e) {
            assertTrue(process.isDead(), () -> "failed otherwise: " + e);
        }
        return process.isDead();
    }

    private static Home drop(Placement placement) {
        return placement.home().tier() == Tier.SHARED
                ? new Home(Tier.SCHEMA, placement.home().database(), "no_such_schema")
                : placement.home();
    }

    private static void assertServes(Placement placement) throws SQLException {
        assertTrue(fleet.homes().isUpToDate(placement.home()));
        try (Connection connection =
                fleet.servers().open(placement.home().database(), "rehome", DatabaseRole.MOVER, "test")) {
            assertTrue(Residency.isHere(connection, placement));
        }
        try (Connection application =
                fleet.servers().open(placement.home().database(), "rehome", DatabaseRole.APP, "test")) {
            application.setAutoCommit(false);
            try (Statement statement = application.createStatement()) {
                statement.execute("select rehome.enter('" + placement.tenant() + "', 1)");
                statement.execute("select count(*) from \"" + placement.home().schema() + "\".orders");
            }
            application.rollback();
        }
    }

    /** Every schema, role and database there is belongs to the shared home, to a tenant or to the stock. */
    private static void assertNothingUnknown(String when) throws SQLException {
        assertEquals(0, count("select count(*) from rehome_directory.tenant_creation"), when);
        assertEquals(0, count("select count(*) from rehome_directory.spare_home where state <> 'READY'"), when);
        assertEquals(
                count("select count(*) from rehome_directory.spare_home where tier = 'SCHEMA'"),
                count("select count(*) from pg_namespace where nspname ~ '^(rehome_spare|storefront)_'"),
                when);
        assertEquals(
                0,
                count("select count(*) from pg_roles r where rolname ~ '^(rehome_spare|storefront)_'"
                        + " and not exists (select from pg_namespace where nspname = rolname)"),
                when);
        assertEquals(
                count("select count(*) from rehome_directory.spare_home where tier = 'DATABASE'"),
                count("select count(*) from pg_database where datname ~ '^(rehome_spare|storefront)_'"),
                when);
        assertEquals(0, count("select count(*) from rehome.residency"), when);
    }

    private static long count(String sql) throws SQLException {
        return fleet.count(fleet.sharedHome(), sql);
    }

    private static void fill(Tier tier, int spares) {
        if (tier != Tier.SHARED) {
            Home like = fleet.home(tier, TenantId.of(new UUID(0, 0)));
            SparesFill.Filled filled = new SparesFill(
                            fleet.homes(),
                            () -> fleet.servers()
                                    .open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test"))
                    .fill(new SparesFill.Wanted(like, spares));
            assertEquals(spares, filled.ready());
        }
    }
}
