package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TenantConnectionsTest {
    private static final Limits LIMITS = new Limits(2, 6, Duration.ofSeconds(5));

    private TestFleet fleet;
    private TenantConnections connections;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = connections(LIMITS);
    }

    @AfterEach
    void close() throws SQLException {
        assertEquals(0, connections.inUse());
        connections.close();
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionSeesItsTenantsRowsAndNoOthersInEveryTier(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        TenantId neighbour = fleet.createTenant(tier);
        register(tenant, TransactionMode.DEFAULT);
        register(neighbour, TransactionMode.DEFAULT);

        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        assertEquals(1, count(connection, "select count(*) from customers"));
        connection.rollback();
        connections.release(connection);
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionComesOutAtTheIsolationItAskedFor(Isolation isolation) throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Connection connection = connections.acquire(tenant, new TransactionMode(isolation, false));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show transaction_isolation")) {
            row.next();
            assertEquals(isolation.sql(), row.getString(1));
        }
        connection.rollback();
        connections.release(connection);
    }

    @Test
    void aReadOnlyTransactionCannotWrite() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT.asReadOnly());
        SQLException refused = assertThrows(SQLException.class, () -> insertCustomer(connection, tenant));
        assertEquals("25006", refused.getSQLState());
        connections.release(connection);
    }

    @ParameterizedTest
    @EnumSource
    void aStalePlacementIsFollowedToTheNewHomeUnnoticed(Isolation isolation) throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        register(tenant, TransactionMode.DEFAULT);
        Home target = fleet.home(Tier.DATABASE, tenant);
        fleet.homes().create(target);

        flip(tenant, target);

        Connection connection = connections.acquire(tenant, new TransactionMode(isolation, false));
        assertEquals("storefront", current(connection, "current_schema()"));
        assertEquals(target.database().name(), current(connection, "current_database()"));
        connection.rollback();
        connections.release(connection);
        deleteCustomers(fleet.sharedHome());
    }

    /** Interleaving: the waiter's snapshot is taken, the flip commits, the waiter reads the residency. */
    @ParameterizedTest
    @EnumSource
    void flipWhileATransactionWaitsAtTheFenceSendsItToTheNewHome(Isolation isolation) throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Home target = fleet.home(Tier.SCHEMA, tenant);
        fleet.homes().create(target);
        Placement placement = fleet.directory().find(tenant).orElseThrow();
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            Residency.fence(mover, tenant, Duration.ofSeconds(1));
            CompletableFuture<String> waiter = CompletableFuture.supplyAsync(() -> {
                try {
                    Connection connection = connections.acquire(tenant, new TransactionMode(isolation, false));
                    String schema = current(connection, "current_schema()");
                    connection.rollback();
                    connections.release(connection);
                    return schema;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitWaiter(tenant);
            Residency.here(mover, placement.movedTo(target), false);
            mover.commit();
            assertEquals(target.schema(), waiter.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoWaitsAtAFenceHoldsNoConnectionThatANeighbourNeeds() throws Exception {
        connections.close();
        connections = connections(new Limits(2, 2, Duration.ofSeconds(20)));
        TenantId fenced = fleet.createTenant(Tier.SHARED);
        TenantId neighbour = fleet.createTenant(Tier.SHARED);
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            Residency.fence(mover, fenced, Duration.ofSeconds(1));
            CompletableFuture<?>[] waiters = new CompletableFuture<?>[4];
            for (int i = 0; i < waiters.length; i++) {
                waiters[i] = CompletableFuture.runAsync(() -> register(fenced, TransactionMode.DEFAULT));
            }
            awaitWaiter(fenced);
            register(neighbour, TransactionMode.DEFAULT);
            mover.rollback();
            CompletableFuture.allOf(waiters).get(20, TimeUnit.SECONDS);
        }
        assertEquals(5, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
        deleteCustomers(fleet.sharedHome());
    }

    /** Otherwise a busy tenant would never be fenced. */
    @Test
    void whoComesWhileAFenceWaitsForEarlierTransactionsStandsBehindIt() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Connection early = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            CompletableFuture<?> fence = CompletableFuture.runAsync(() -> {
                try {
                    Residency.fence(mover, tenant, Duration.ofSeconds(20));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitWaiters(tenant, 1);
            CompletableFuture<?> late = CompletableFuture.runAsync(() -> register(tenant, TransactionMode.DEFAULT));
            awaitWaiters(tenant, 2);
            early.rollback();
            connections.release(early);
            fence.get(20, TimeUnit.SECONDS);
            awaitWaiters(tenant, 1);
            assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
            mover.rollback();
            late.get(20, TimeUnit.SECONDS);
        }
        assertEquals(1, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
        deleteCustomers(fleet.sharedHome());
    }

    @Test
    void aFenceThatStaysUpEndsInATypedErrorWithinTheTimeLimit() throws SQLException {
        connections.close();
        connections = connections(new Limits(2, 2, Duration.ofMillis(600)));
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            Residency.fence(mover, tenant, Duration.ofSeconds(1));
            TenantUnavailableException refused = assertThrows(
                    TenantUnavailableException.class, () -> connections.acquire(tenant, TransactionMode.DEFAULT));
            assertEquals(ErrorKind.BUSY, refused.kind());
            assertTrue(refused.getMessage().contains("fence"), refused.getMessage());
            mover.rollback();
        }
    }

    @Test
    void aWriteOutsideATransactionIsRefusedAndNotLostWithoutAWord() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        for (Isolation isolation : Isolation.values()) {
            Connection connection = connections.acquire(tenant, new TransactionMode(isolation, false));
            insertCustomer(connection, tenant);
            RehomeException refused = assertThrows(RehomeException.class, () -> connections.release(connection));
            assertTrue(refused.getMessage().contains("without a transaction"), refused.getMessage());

            Connection reader = connections.acquire(tenant, new TransactionMode(isolation, false));
            assertEquals(0, count(reader, "select count(*) from customers"));
            connections.release(reader);
        }
    }

    @Test
    void releasingTwiceGivesOneConnectionBack() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        connection.rollback();
        connections.release(connection);
        connections.release(connection);
        assertEquals(0, connections.inUse());
    }

    @Test
    void aTenantAtItsLimitWaitsForItsOwnConnectionsOnly() throws SQLException {
        connections.close();
        connections = connections(new Limits(1, 6, Duration.ofMillis(300)));
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        TenantId neighbour = fleet.createTenant(Tier.SHARED);
        Connection held = connections.acquire(tenant, TransactionMode.DEFAULT);
        TenantUnavailableException refused = assertThrows(
                TenantUnavailableException.class, () -> connections.acquire(tenant, TransactionMode.DEFAULT));
        assertTrue(refused.getMessage().contains("max_connections_per_tenant"), refused.getMessage());
        register(neighbour, TransactionMode.DEFAULT);
        held.rollback();
        connections.release(held);
        register(tenant, TransactionMode.DEFAULT);
        deleteCustomers(fleet.sharedHome());
    }

    @Test
    void moreHomesThanTheServersBudgetAreServedByClosingIdleConnections() throws SQLException {
        connections.close();
        connections = connections(new Limits(2, 2, Duration.ofSeconds(10)));
        TenantId[] tenants = new TenantId[4];
        for (int i = 0; i < tenants.length; i++) {
            tenants[i] = fleet.createTenant(Tier.DATABASE);
        }
        for (int round = 0; round < 3; round++) {
            for (TenantId tenant : tenants) {
                register(tenant, TransactionMode.DEFAULT);
            }
        }
        assertTrue(fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from pg_stat_activity where usename = 'rehome_app'"
                                + " and datname like 'storefront%'")
                <= 2);
    }

    @Test
    void aCachedHomeThatWasDroppedIsForgottenAndTheTenantFoundAgain() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.DATABASE);
        register(tenant, TransactionMode.DEFAULT);
        Placement old = fleet.directory().find(tenant).orElseThrow();
        Placement current = old.movedTo(fleet.sharedHome());
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            Residency.here(mover, current, false);
            mover.commit();
        }
        fleet.directory().advance(current);
        fleet.homes().drop(old.home());

        register(tenant, TransactionMode.DEFAULT);

        assertEquals(1, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
    }

    @Test
    void aConnectionKilledByAnAdministratorWhileIdleIsReplacedUnnoticed() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        register(tenant, TransactionMode.DEFAULT);
        fleet.count(
                fleet.sharedHome(),
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                        + " where usename = 'rehome_app' and datname = current_database()");
        register(tenant, TransactionMode.DEFAULT);
        assertEquals(2, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
    }

    @Test
    void aTenantThatTheDirectoryDoesNotKnowIsATypedError() {
        assertThrows(
                UnknownTenantException.class,
                () -> connections.acquire(TenantId.of(UUID.randomUUID()), TransactionMode.DEFAULT));
    }

    @Test
    void aHomeWhereRowLevelSecurityDoesNotBindIsNotServed() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        try (Connection administrator = fleet.administrator(fleet.sharedHome());
                Statement statement = administrator.createStatement()) {
            statement.execute("alter table orders no force row level security");
        }
        RehomeException refused =
                assertThrows(RehomeException.class, () -> connections.acquire(tenant, TransactionMode.DEFAULT));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        assertTrue(refused.getMessage().contains("orders"), refused.getMessage());
    }

    private TenantConnections connections(Limits limits) {
        return fleet.connections(limits);
    }

    private void register(TenantId tenant, TransactionMode mode) {
        Connection connection = connections.acquire(tenant, mode);
        try {
            insertCustomer(connection, tenant);
            connection.commit();
            connections.release(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void insertCustomer(Connection connection, TenantId tenant) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, created_at) values ('" + tenant
                    + "', gen_random_uuid(), now())");
        }
    }

    /**
     * R1. Interleaving: a process remembers the first of two homes; the tenant, which left it long ago, is about to return; the
     * first commit of that cutover is made, the process asks, the second commit is made.
     */
    @Test
    void aHomeThatATenantReturnsToAdmitsNobodyBeforeTheOtherOneHasLetGo() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        try (TenantConnections remembering = fleet.connections(new Limits(2, 4, Duration.ofSeconds(30)))) {
            remembering.release(remembering.acquire(tenant, TransactionMode.DEFAULT));
            Home between = fleet.home(Tier.DATABASE, tenant);
            fleet.homes().create(between);
            Placement first = fleet.directory().find(tenant).orElseThrow();
            flip(tenant, between);
            Placement current = first.movedTo(between);
            Placement next = current.movedTo(fleet.sharedHome());
            try (Connection there = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover");
                    Connection here = fleet.servers().open(between, DatabaseRole.MOVER, "test mover")) {
                there.setAutoCommit(false);
                Residency.arriving(there, current, next, false);
                there.commit();
                assertEquals(between.database().name(), databaseOf(remembering, tenant));
                Residency.moved(here, next);
                assertEquals(fleet.control().name(), databaseOf(remembering, tenant));
                Residency.here(there, next, false);
                there.commit();
                assertEquals(fleet.control().name(), databaseOf(remembering, tenant));
            }
            fleet.directory().advance(next);
        }
    }

    private static String databaseOf(TenantConnections connections, TenantId tenant) throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try {
            return connection.getCatalog();
        } finally {
            connection.rollback();
            connections.release(connection);
        }
    }

    /** What a cutover does, without the rest of the move. */
    private void flip(TenantId tenant, Home target) throws SQLException {
        Placement next = fleet.directory().find(tenant).orElseThrow().movedTo(target);
        try (Connection there = fleet.servers().open(target.database(), "rehome", DatabaseRole.MOVER, "test mover");
                Connection here = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            here.setAutoCommit(false);
            Residency.fence(here, tenant, Duration.ofSeconds(1));
            there.setAutoCommit(false);
            Residency.here(there, next, false);
            there.commit();
            Residency.moved(here, next);
            here.commit();
        }
        fleet.directory().advance(next);
    }

    /** Until somebody waits for the tenant's lock. */
    private void awaitWaiter(TenantId tenant) throws SQLException {
        awaitWaiters(tenant, 1);
    }

    /** Fails if so many are not there in time: one of them has been let in. */
    private void awaitWaiters(TenantId tenant, int count) throws SQLException {
        String waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                + " and (classid::bigint << 32 | objid::bigint) = rehome.lock_key('" + tenant + "')";
        Deadline deadline = Deadline.in(Duration.ofSeconds(20));
        while (fleet.count(fleet.sharedHome(), waiting) < count) {
            assertFalse(deadline.passed(), "nobody waits");
        }
    }

    private void deleteCustomers(Home home) throws SQLException {
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            statement.execute("set rehome.capture = 'off'");
            statement.execute("delete from customers");
        }
    }

    private static int count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static String current(Connection connection, String expression) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select " + expression)) {
            row.next();
            return row.getString(1);
        }
    }
}
