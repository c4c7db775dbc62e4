package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A script, an administrator, another application: who writes without {@code enter} is bound by the fence all the same. */
class UnenteredWriterTest {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private TestFleet fleet;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "DATABASE"})
    void aWriteToTheHomeThatTheTenantHasLeftIsRefused(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Home target = fleet.home(tier, tenant);
        fleet.homes().create(target);
        try (Relocation relocation = Relocation.begin(fleet, tenant, target)) {
            relocation.commit();
        }
        assertRefused(SqlState.MOVED, fleet.sharedHome(), insert(tenant));
        administer(target, insert(tenant));
        assertEquals(1, fleet.rowsOf(tenant, target));
    }

    @Test
    void aWriteForATenantThatLivesInNoHomeOfTheDatabaseIsRefused() throws SQLException {
        assertRefused(SqlState.UNKNOWN_TENANT, fleet.sharedHome(), insert(TenantId.of(UUID.randomUUID())));
    }

    @Test
    void aRowCannotBeGivenToATenantThatLivesElsewhere() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        TenantId elsewhere = fleet.createTenant(Tier.SCHEMA);
        administer(fleet.sharedHome(), insert(tenant));
        assertRefused(SqlState.MOVED, fleet.sharedHome(), "update customers set storefront_id = '" + elsewhere + "'");
    }

    @ParameterizedTest
    @EnumSource
    void aWriteIsCapturedWhenAMoveWantsItAndOnlyThen(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        Home home = fleet.home(tier, tenant);
        administer(home, insert(tenant));
        assertEquals(0, changes(home));
        capture(home, tenant);
        administer(home, insert(tenant), "update customers set version = 1", "delete from customers");
        assertEquals(5, changes(home));
        forgetChanges(home);
    }

    @Test
    void aChangeOfAPrimaryKeyIsCapturedUnderBothKeys() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Home home = fleet.sharedHome();
        UUID before = UUID.randomUUID();
        UUID after = UUID.randomUUID();
        administer(
                home,
                "insert into customers (storefront_id, id, created_at) values ('" + tenant + "', '" + before
                        + "', now())");
        capture(home, tenant);
        try (Connection entered = enter(home, tenant);
                Statement statement = entered.createStatement()) {
            statement.execute("update customers set id = '" + after + "'");
            entered.commit();
        }
        for (UUID id : List.of(before, after)) {
            assertEquals(
                    1,
                    fleet.count(
                            home,
                            "select count(*) from rehome.change where table_name = 'customers' and key = array['"
                                    + tenant + "', '" + id + "']"));
        }
        forgetChanges(home);
    }

    /** Interleaving: the writer writes, the fence is asked for, the writer commits, the fence is asked for again. */
    @Test
    void theFenceWaitsForAWriterThatDidNotEnter() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        try (Connection writer = fleet.administrator(fleet.sharedHome());
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute(insert(tenant));
            SQLException stillIn = assertThrows(SQLException.class, () -> fence(tenant));
            assertTrue(SqlState.isLockTimeout(stillIn), stillIn.toString());
            writer.commit();
        }
        fence(tenant);
    }

    @ParameterizedTest
    @EnumSource
    void truncateIsRefusedInEveryTier(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        assertRefused(SqlState.NOT_PROTECTABLE, fleet.home(tier, tenant), "truncate cart_items");
    }

    @ParameterizedTest
    @EnumSource
    void theRunTimeRoleReachesNothingBeforeItHasEntered(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        Home home = fleet.home(tier, tenant);
        administer(home, insert(tenant));
        try (Connection connection = fleet.servers().open(home, DatabaseRole.APP, "test");
                Statement statement = connection.createStatement()) {
            String customers = home.schema() + ".customers";
            if (tier == Tier.SCHEMA) {
                assertState(INSUFFICIENT_PRIVILEGE, connection, "select from " + customers);
            } else {
                assertEquals(0, statement.executeUpdate("update " + customers + " set version = 9"));
                assertEquals(0, statement.executeUpdate("delete from " + customers));
            }
            assertState(INSUFFICIENT_PRIVILEGE, connection, insert(tenant).replace("customers", customers));
            assertState(INSUFFICIENT_PRIVILEGE, connection, "select from rehome.residency");
            assertState(INSUFFICIENT_PRIVILEGE, connection, "select from rehome.change");
            assertState(INSUFFICIENT_PRIVILEGE, connection, "create schema mine");
            assertState(
                    INSUFFICIENT_PRIVILEGE,
                    connection,
                    "select rehome.protect('rehome.canary'::regclass, 'storefront_id', true)");
        }
        assertEquals(1, fleet.rowsOf(tenant, home));
    }

    private void administer(Home home, String... statements) throws SQLException {
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void capture(Home home, TenantId tenant) throws SQLException {
        try (Connection mover = fleet.servers().open(home.database(), "rehome", DatabaseRole.MOVER, "test mover")) {
            Residency.capture(mover, tenant, true);
        }
    }

    private long changes(Home home) throws SQLException {
        return fleet.count(home, "select count(*) from rehome.change where table_name = 'customers'");
    }

    private void forgetChanges(Home home) throws SQLException {
        administer(home, "delete from rehome.change");
    }

    private void fence(TenantId tenant) throws SQLException {
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            Residency.fence(mover, tenant, Duration.ofMillis(50));
        }
    }

    private Connection enter(Home home, TenantId tenant) throws SQLException {
        Connection connection = fleet.servers().open(home, DatabaseRole.APP, "test");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select rehome.enter('" + tenant + "', 1)");
        }
        return connection;
    }

    private void assertRefused(String state, Home home, String sql) throws SQLException {
        try (Connection administrator = fleet.administrator(home)) {
            assertState(state, administrator, sql);
        }
    }

    private static void assertState(String state, Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertEquals(
                    state,
                    assertThrows(SQLException.class, () -> statement.execute(sql), sql)
                            .getSQLState(),
                    sql);
        }
    }

    private static String insert(TenantId tenant) {
        return "insert into customers (storefront_id, id, created_at) values ('" + tenant
                + "', gen_random_uuid(), now())";
    }
}
