package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.fence.TransactionMode;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a process has ready at a home before its tenants are there. */
class WarmUpTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TestFleet fleet = TestFleet.onPostgres();
    private final TenantId tenant = fleet.createTenant(Tier.SHARED);
    /** Whatever it is asked: where the tenant is about to be moved to. */
    private final Map<TenantId, Home> destinations = new HashMap<>();

    WarmUpTest() throws SQLException {}

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"SCHEMA", "DATABASE"})
    void asManyConnectionsAsTheTenantUsesAtATimeAreOpenAndTheHomeIsProven(Tier tier) throws Exception {
        try (TenantConnections connections = connections(40);
                WarmUp warmUp = warmUp(connections)) {
            Home target = target(tier);
            warmUp.look();
            useAtATime(connections, tenant, 3);

            warmUp.look();

            HomePool pool = connections.pools().of(target);
            assertEquals(3, pool.idle());
            assertEquals(1, pool.provenHomes());
            Leftovers.assertNone(connections, fleet);

            warmUp.look();
            assertEquals(3, pool.idle());
        }
    }

    @Test
    void nothingIsOpenedForATenantThatThisProcessDoesNotServe() throws Exception {
        try (TenantConnections connections = connections(40);
                WarmUp warmUp = warmUp(connections)) {
            target(Tier.DATABASE);
            warmUp.look();
            warmUp.look();

            assertEquals(0, connections.pools().size());
        }
    }

    @Test
    void nobodyHasToGiveUpAConnectionForIt() throws Exception {
        try (TenantConnections connections = connections(4);
                WarmUp warmUp = warmUp(connections)) {
            Home target = target(Tier.DATABASE);
            warmUp.look();
            useAtATime(connections, tenant, 3);

            warmUp.look();

            assertEquals(3, connections.pools().of(fleet.sharedHome()).idle());
            assertEquals(1, connections.pools().of(target).idle());
        }
    }

    @Test
    void aHomeThatIsNotThereDisturbsNobody() throws Exception {
        try (TenantConnections connections = connections(40);
                WarmUp warmUp = warmUp(connections)) {
            TenantId other = fleet.createTenant(Tier.SHARED);
            destinations.put(tenant, fleet.home(Tier.DATABASE, tenant));
            destinations.put(other, target(Tier.SCHEMA));
            warmUp.look();
            useAtATime(connections, tenant, 2);
            useAtATime(connections, other, 2);

            warmUp.look();

            assertEquals(2, connections.pools().of(destinations.get(other)).idle());
            useAtATime(connections, tenant, 1);
            Leftovers.assertNone(connections, fleet);
        }
    }

    /** As when a database was dropped and is made again for the same tenant. */
    @Test
    void connectionsThatTheServerHasEndedMeanwhileDoNotCount() throws Exception {
        try (TenantConnections connections = connections(40);
                WarmUp warmUp = warmUp(connections)) {
            TenantId resident = fleet.createTenant(Tier.DATABASE);
            Home target = fleet.home(Tier.DATABASE, resident);
            destinations.put(tenant, target);
            useAtATime(connections, resident, 3);
            String ofApplications =
                    " from pg_stat_activity where usename = 'rehome_app' and datname = current_database()";
            assertEquals(3, fleet.count(target, "select count(pg_terminate_backend(pid, 10000))" + ofApplications));
            warmUp.look();
            useAtATime(connections, tenant, 3);

            for (int look = 0; look < 5; look++) { // each may find one of them
                warmUp.look();
            }

            assertEquals(3, fleet.count(target, "select count(*)" + ofApplications));
        }
    }

    @Test
    void aTenantIsForgottenWhenItsMoveIsOver() throws Exception {
        try (TenantConnections connections = connections(40);
                WarmUp warmUp = warmUp(connections)) {
            Home target = target(Tier.SCHEMA);
            warmUp.look();
            useAtATime(connections, tenant, 3);
            destinations.clear();
            warmUp.look();
            destinations.put(tenant, target);
            warmUp.look();
            useAtATime(connections, tenant, 1);

            warmUp.look();

            assertEquals(1, connections.pools().of(target).idle());
        }
    }

    /** Interleaving: the first is held in the middle of its proof until the others have come to it. */
    @Test
    void ofManyRequestsThatComeToANewHomeOneProvesIt() throws Exception {
        try (TenantConnections connections = connections(40)) {
            TenantId neighbour = fleet.createTenant(Tier.SCHEMA);
            TenantId newcomer = fleet.createTenant(Tier.SCHEMA);
            Home home = fleet.home(Tier.SCHEMA, newcomer);
            useAtATime(connections, neighbour, 5); // both are served by one pool
            List<CompletableFuture<Connection>> requests = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            try (Connection administrator = fleet.administrator(home);
                    Statement statement = administrator.createStatement()) {
                administrator.setAutoCommit(false);
                statement.execute("lock table pg_policy");
                for (int i = 0; i < 5; i++) {
                    CompletableFuture<Connection> request = new CompletableFuture<>();
                    requests.add(request);
                    Thread thread = new Thread(() -> acquire(connections, newcomer, request));
                    threads.add(thread);
                    thread.start();
                }
                Deadline deadline = Deadline.in(PATIENCE);
                while (waitingForAnother(threads) < 4 && !deadline.passed()) {
                    deadline.sleep(Duration.ofMillis(1));
                }
                assertEquals(
                        1,
                        fleet.count(
                                home,
                                "select count(*) from pg_locks where relation = 'pg_policy'::regclass and not granted"));
                administrator.rollback();
            }
            for (CompletableFuture<Connection> request : requests) {
                connections.release(request.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            assertEquals(2, connections.pools().of(home).provenHomes());
            Leftovers.assertNone(connections, fleet);
        }
    }

    private static long waitingForAnother(List<Thread> threads) {
        return threads.stream()
                .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                .count();
    }

    private static void acquire(TenantConnections connections, TenantId tenant, CompletableFuture<Connection> into) {
        try {
            into.complete(connections.acquire(tenant, TransactionMode.DEFAULT));
        } catch (RuntimeException | Error e) {
            into.completeExceptionally(e);
        }
    }

    private TenantConnections connections(int perServer) {
        return fleet.connections(new Limits(10, perServer, PATIENCE));
    }

    private WarmUp warmUp(TenantConnections connections) {
        return new WarmUp(() -> Map.copyOf(destinations), connections);
    }

    /** A home that is there, and that the tenant is about to be moved to. */
    private Home target(Tier tier) throws SQLException {
        TenantId expected = fleet.createTenant(tier);
        Home home = fleet.home(tier, expected);
        destinations.put(tenant, home);
        return home;
    }

    private static void useAtATime(TenantConnections connections, TenantId tenant, int count) throws SQLException {
        List<Connection> used = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            used.add(connections.acquire(tenant, TransactionMode.DEFAULT));
        }
        for (Connection connection : used) {
            connections.release(connection);
        }
        assertEquals(0, connections.inUse());
    }
}
