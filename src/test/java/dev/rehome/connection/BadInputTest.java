package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes has its typed error or is healed, and leaves nothing behind. */
class BadInputTest {
    private static final int REQUESTS = 10_000;
    private static final int CONNECTIONS = 20;

    private TestFleet fleet;
    private TenantConnections connections;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = fleet.connections(new Limits(4, 6, Duration.ofSeconds(20)));
    }

    @AfterEach
    void close() throws SQLException {
        Leftovers.assertNone(connections, fleet);
        connections.close();
        fleet.close();
    }

    @Test
    void anUnknownTenant() {
        UnknownTenantException refused =
                assertThrows(UnknownTenantException.class, () -> work(connections, TenantId.of(UUID.randomUUID()), 1));
        assertEquals(ErrorKind.USER, refused.kind());
    }

    @ParameterizedTest
    @EnumSource
    void aSuspendedTenant(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        work(connections, tenant, 1);
        administer(
                fleet.home(tier, tenant),
                "update rehome.residency set state = 'SUSPENDED' where tenant_id = '" + tenant + "'");
        assertThrows(TenantSuspendedException.class, () -> work(connections, tenant, 1));
        Leftovers.assertNone(connections, fleet, fleet.home(tier, tenant));
        administer(
                fleet.home(tier, tenant),
                "update rehome.residency set state = 'HERE' where tenant_id = '" + tenant + "'");
        assertEquals(2, work(connections, tenant, 1));
    }

    @Test
    void aDroppedDatabase() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.DATABASE);
        TenantId neighbour = fleet.createTenant(Tier.DATABASE);
        work(connections, tenant, 1);
        administer(
                fleet.sharedHome(),
                "drop database \""
                        + fleet.home(Tier.DATABASE, tenant).database().name() + "\" with (force)");
        RehomeException refused = assertThrows(RehomeException.class, () -> work(connections, tenant, 1));
        assertEquals(ErrorKind.INVARIANT, refused.kind(), refused.getMessage());
        assertTrue(refused.getMessage().contains("is not there"), refused.getMessage());
        assertEquals(1, work(connections, neighbour, 1));
    }

    @Test
    void aWrongPassword() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Server server = fleet.servers().get(PostgresServer.NAME);
        Map<DatabaseRole, Login> logins = new EnumMap<>(server.logins());
        // On a server that trusts the machine it runs on no password is wrong, but a role without the right to log in
        // is.
        administer(fleet.sharedHome(), "create role rehome_test_locked nologin password 'right'");
        logins.put(DatabaseRole.APP, new Login("rehome_test_locked", "wrong"));
        Servers locked = Servers.of(new Server(server.name(), server.region(), server.url(), logins));
        try (TenantConnections refusing = new TenantConnections(
                locked,
                new Placements(fleet.directory()),
                fleet.fence(),
                new Limits(2, 2, Duration.ofMinutes(5)),
                TestFleet.TENANT_COLUMN)) {
            RehomeException refused = assertThrows(RehomeException.class, () -> work(refusing, tenant, 1));
            assertEquals(ErrorKind.CONFIGURATION, refused.kind(), refused.getMessage());
            assertFalse(refused.getMessage().contains("wrong"), refused.getMessage());
            Leftovers.assertNone(refusing, fleet);
        } finally {
            administer(fleet.sharedHome(), "drop role rehome_test_locked");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionKilledByAnAdministratorInTheMiddleOfATransaction(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        Home home = fleet.home(tier, tenant);
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        insert(connection, tenant);
        administer(
                home,
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'rehome_app'"
                        + " and datname = current_database()");
        SQLException lost = assertThrows(SQLException.class, () -> insert(connection, tenant));
        assertTrue(List.of("57P01", "08006", "08003").contains(lost.getSQLState()), lost.getSQLState());
        connections.release(connection);
        Leftovers.assertNone(connections, fleet, home);
        assertEquals(1, work(connections, tenant, 1));
    }

    /** Nobody has seen yet that it was killed, and what was written on it is lost: that is said. */
    @Test
    void aKilledConnectionThatIsGivenBackWithoutAnotherLookAtIt() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        insert(connection, tenant);
        administer(
                fleet.sharedHome(),
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'rehome_app'"
                        + " and datname = current_database()");
        assertThrows(SQLException.class, () -> connections.release(connection));
        Leftovers.assertNone(connections, fleet);
        assertEquals(1, work(connections, tenant, 1));
    }

    @Test
    void tenThousandRequestsForTwentyConnections() throws Exception {
        List<TenantId> tenants = new ArrayList<>();
        List<Home> homes = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            TenantId tenant = fleet.createTenant(tier);
            tenants.add(tenant);
            homes.add(fleet.home(tier, tenant));
        }
        int threads = 200;
        try (TenantConnections few = fleet.connections(new Limits(CONNECTIONS, CONNECTIONS, Duration.ofMinutes(5)))) {
            ExecutorService crowd = Executors.newFixedThreadPool(threads);
            try {
                List<Future<Integer>> requests = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    TenantId tenant = tenants.get(i % tenants.size());
                    requests.add(crowd.submit(() -> work(few, tenant, 0)));
                }
                for (Future<Integer> request : requests) {
                    request.get();
                }
            } finally {
                crowd.shutdown();
                assertTrue(crowd.awaitTermination(1, TimeUnit.MINUTES));
            }
            ServerFigures figures = few.figures().get(0);
            assertTrue(figures.idle() <= CONNECTIONS, figures.toString());
            for (Home home : homes) {
                Leftovers.assertNone(few, fleet, home);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "550e8400-e29b-41d4-a716-44665544000",
                "550e8400-e29b-41d4-a716-4466554400000",
                "1-1-1-1-1",
                "550e8400-e29b-41d4-a716-446655440000' or '1'='1",
                "550e8400-e29b-41d4-a716-446655440000\n",
                "../../etc/passwd",
                "\u0000",
                "𝟻𝟻𝟶e8400-e29b-41d4-a716-446655440000"
            })
    void aTenantIdThatIsNoUuid(String text) {
        RehomeException refused = assertThrows(RehomeException.class, () -> TenantId.parse(text));
        assertEquals(ErrorKind.USER, refused.kind());
        assertTrue(refused.getMessage().chars().noneMatch(Character::isISOControl), refused.getMessage());
    }

    @Test
    void aTenantIdOfTenThousandCharactersFillsNoLog() {
        RehomeException refused =
                assertThrows(RehomeException.class, () -> TenantId.parse("\"; drop table orders; --\n".repeat(400)));
        assertTrue(refused.getMessage().length() < 300, refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Weird schema", "select", "sch.ema'; drop schema rehome cascade; --", "Überlänge"})
    void aSchemaNameThatNeedsQuoting(String schema) throws SQLException {
        Home home = new Home(Tier.SHARED, fleet.control(), schema);
        TenantId tenant = TenantId.of(UUID.randomUUID());
        fleet.provisioner().create(tenant, "quoted", home);
        assertEquals(1, work(connections, tenant, 1));
        assertEquals(2, work(connections, tenant, 1));
        assertEquals(2, fleet.rowsOf(tenant, home));
        assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
    }

    /** Liquibase puts these into SQL as they are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "we\"ird",
                "$user",
                "two\nlines",
                "longer than the sixty-three bytes that PostgreSQL keeps of a name"
            })
    void aSchemaNameThatCannotBeQuotedIsRefusedBeforeAnythingIsMade(String schema) throws SQLException {
        Home home = new Home(Tier.SHARED, fleet.control(), schema);
        RehomeException refused = assertThrows(
                RehomeException.class,
                () -> fleet.provisioner().create(TenantId.of(UUID.randomUUID()), "quoted", home));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind(), refused.getMessage());
        assertFalse(fleet.homes().exists(home));
    }

    @Test
    void aSchemaAndRoleOfATenantWhoseNameNeedsQuoting() throws SQLException {
        Home home = new Home(Tier.SCHEMA, fleet.control(), "Own schema of " + UUID.randomUUID());
        TenantId tenant = TenantId.of(UUID.randomUUID());
        fleet.provisioner().create(tenant, "quoted", home);
        assertEquals(1, work(connections, tenant, 1));
        connections.close();
        connections = fleet.connections(new Limits(4, 6, Duration.ofSeconds(20)));
        fleet.homes().drop(home);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"; drop table rehome_directory.tenant; --",
                "'); delete from rehome.residency; --",
                "$$ \\ 🙈 %s {0}"
            })
    void aHostileTenantNameIsAName(String name) throws SQLException {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        fleet.provisioner().create(tenant, name, fleet.sharedHome());
        try (Connection administrator = fleet.administrator(fleet.sharedHome());
                PreparedStatement statement = administrator.prepareStatement(
                        "select name from rehome_directory.tenant where tenant_id = ?")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                assertEquals(name, row.getString(1));
            }
        }
        assertEquals(1, work(connections, tenant, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines", "bell\u0007", "nul\u0000", "LONG"})
    void aNameThatIsNoneIsRefusedBeforeAnythingIsMade(String text) throws SQLException {
        String name = text.equals("LONG") ? "x".repeat(10_000) : text;
        TenantId tenant = TenantId.of(UUID.randomUUID());
        Home home = fleet.home(Tier.DATABASE, tenant);
        RehomeException refused =
                assertThrows(RehomeException.class, () -> fleet.provisioner().create(tenant, name, home));
        assertEquals(ErrorKind.USER, refused.kind());
        assertFalse(fleet.homes().exists(home));
        assertThrows(UnknownTenantException.class, () -> work(connections, tenant, 1));
    }

    /** Writes so many rows in a transaction, and returns how many there are. */
    private static int work(TenantConnections connections, TenantId tenant, int rows) throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try {
            for (int row = 0; row < rows; row++) {
                insert(connection, tenant);
            }
            int count;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from customers")) {
                row.next();
                count = row.getInt(1);
            }
            connection.commit();
            return count;
        } finally {
            connections.release(connection);
        }
    }

    private static void insert(Connection connection, TenantId tenant) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, created_at) values ('" + tenant
                    + "', gen_random_uuid(), now())");
        }
    }

    private void administer(Home home, String sql) throws SQLException {
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }
}
