package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.TransactionMode;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.testing.ManyHomes;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many homes, few connections. {@code mvn test -Dtest=ConnectionBudgetTest -Dhomes=1000 -Dbudget=50} has a thousand databases;
 * {@code -Dseed=N} asks for them in the same order again. The figures are in {@code target/connection-budget.txt}.
 */
class ConnectionBudgetTest {
    private static final int HOMES = Integer.getInteger("homes", 60);
    private static final int BUDGET = Integer.getInteger("budget", 8);
    private static final int CLIENTS = 16;
    private static final int REQUESTS_PER_HOME = 10;

    private TestFleet fleet;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void manyHomesAreServedUnderASmallBudgetWithoutAThreadOrAConnectionForEach() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        try (ManyHomes homes = ManyHomes.make(fleet, 0, HOMES, made -> {});
                TenantConnections connections = fleet.connections(new Limits(BUDGET, BUDGET, Duration.ofMinutes(2)))) {
            int threadsBefore = Thread.activeCount();
            Random random = new Random(seed);
            long[] nanos = new long[HOMES * REQUESTS_PER_HOME];
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<Future<?>> requests = new ArrayList<>();
            long begun = System.nanoTime();
            for (int i = 0; i < nanos.length; i++) {
                int request = i;
                TenantId tenant = homes.tenants().get(random.nextInt(HOMES));
                requests.add(clients.submit(() -> {
                    long before = System.nanoTime();
                    assertEquals(tenant, whoIsServed(connections, tenant));
                    nanos[request] = System.nanoTime() - before;
                    return tenant;
                }));
            }
            int mostThreads = 0;
            for (Future<?> request : requests) {
                request.get();
                mostThreads = Math.max(mostThreads, Thread.activeCount());
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            int threads = mostThreads - threadsBefore - CLIENTS;
            Arrays.sort(nanos);
            Files.writeString(
                    Path.of("target", "connection-budget.txt"),
                    String.format(
                            Locale.ROOT,
                            "seed %d: %d homes, budget %d, %d own threads, %.0f requests/s, p50 %.1f ms, p99 %.1f ms, %s%n",
                            seed,
                            HOMES,
                            BUDGET,
                            threads,
                            nanos.length / seconds,
                            nanos[nanos.length / 2] / 1e6,
                            nanos[nanos.length * 99 / 100] / 1e6,
                            connections.figures()));
            clients.shutdown();
            assertTrue(clients.awaitTermination(1, TimeUnit.MINUTES));
            // Two for each pool that has opened or closed connections within the last five seconds, if they are real.
            int allowed = Runtime.version().feature() < 21 ? 2 * HOMES + 1 : 5;
            assertTrue(threads <= allowed, threads + " threads more than those of the clients; -Dseed=" + seed);
            assertTrue(
                    openOnServer(BUDGET) <= BUDGET,
                    () -> "more connections on the server than the budget; -Dseed=" + seed);
            assertEquals(HOMES, connections.pools().size());
            Leftovers.assertNone(connections, fleet);

            // Eleven minutes later nothing is remembered, soon after nothing is open, and the next request is served.
            connections.pools().tidy(System.nanoTime() + TimeUnit.MINUTES.toNanos(11));
            assertEquals(0, connections.pools().size());
            connections.pools().tidy(System.nanoTime());
            assertEquals(0, connections.figures().get(0).idle());
            assertEquals(0, openOnServer(0));
            assertEquals(
                    homes.tenants().get(0),
                    whoIsServed(connections, homes.tenants().get(0)));
        }
    }

    @Test
    void aPoolThatIsForgottenIsNotClosedWhileOneOfItsConnectionsIsLent() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.DATABASE);
        try (TenantConnections connections = fleet.connections(new Limits(2, 2, Duration.ofSeconds(20)))) {
            Connection held = connections.acquire(tenant, TransactionMode.DEFAULT);
            for (int round = 0; round < 3; round++) {
                connections.pools().tidy(System.nanoTime() + TimeUnit.MINUTES.toNanos(11));
            }
            assertEquals(0, connections.pools().size());
            assertEquals(tenant, tenantOf(held));
            held.rollback();
            connections.release(held);
            assertEquals(tenant, whoIsServed(connections, tenant));
            Leftovers.assertNone(connections, fleet);
        }
    }

    /** The burst has taken all that one tenant may have, and has as many waiting; the neighbour comes last and is next. */
    @Test
    void aNeighbourIsServedBeforeTheRestOfATenantsBurst() throws Exception {
        TenantId bursting = fleet.createTenant(Tier.SHARED);
        TenantId neighbour = fleet.createTenant(Tier.SHARED);
        try (TenantConnections connections = fleet.connections(new Limits(2, 3, Duration.ofMinutes(1)))) {
            CountDownLatch in = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            ExecutorService clients = Executors.newFixedThreadPool(50);
            try {
                List<Future<?>> burst = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    burst.add(clients.submit(() -> {
                        Connection connection = connections.acquire(bursting, TransactionMode.DEFAULT);
                        in.countDown();
                        release.await();
                        connection.rollback();
                        connections.release(connection);
                        return connection;
                    }));
                }
                in.await();
                assertEquals(neighbour, whoIsServed(connections, neighbour));
                assertEquals(2, connections.inUse());
                release.countDown();
                for (Future<?> each : burst) {
                    each.get();
                }
            } finally {
                release.countDown();
                clients.shutdownNow();
            }
            Leftovers.assertNone(connections, fleet);
        }
    }

    @Test
    void waitingCanBeSeenAndATimeOutCarriesTheFigures() throws Exception {
        TenantId holder = fleet.createTenant(Tier.SHARED);
        TenantId waiter = fleet.createTenant(Tier.SHARED);
        try (TenantConnections connections = fleet.connections(new Limits(1, 1, Duration.ofSeconds(2)))) {
            Connection held = connections.acquire(holder, TransactionMode.DEFAULT);
            ExecutorService client = Executors.newSingleThreadExecutor();
            try {
                Future<TenantUnavailableException> refused = client.submit(() -> assertThrows(
                        TenantUnavailableException.class, () -> connections.acquire(waiter, TransactionMode.DEFAULT)));
                while (connections.figures().get(0).waiting() == 0) {
                    Thread.onSpinWait();
                }
                ServerFigures figures = connections.figures().get(0);
                assertEquals(1, figures.inUse());
                assertEquals(0, figures.idle());
                assertEquals(1, figures.limit());
                String message = refused.get().getMessage();
                assertTrue(
                        message.contains("1 of 1 connections in use, 0 idle, 0 requests waiting, longest wait "),
                        message);
                assertTrue(message.contains("max_connections_per_server"), message);
                assertTrue(connections.figures().get(0).longestWait().compareTo(Duration.ofSeconds(1)) > 0);
                assertEquals(1, connections.figures().get(0).timeOuts());
            } finally {
                client.shutdown();
            }
            held.rollback();
            connections.release(held);
            assertEquals(1, connections.figures().get(0).idle());
        }
    }

    @Test
    void whatABorrowerKeepsOfAConnectionDoesNothingAfterItWasGivenBack() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        TenantId next = fleet.createTenant(Tier.SHARED);
        try (TenantConnections connections = fleet.connections(new Limits(1, 1, Duration.ofSeconds(20)))) {
            Connection kept = connections.acquire(tenant, TransactionMode.DEFAULT);
            Statement statement = kept.createStatement();
            kept.rollback();
            connections.release(kept);
            Connection others = connections.acquire(next, TransactionMode.DEFAULT);
            assertThrows(SQLException.class, () -> statement.executeQuery("select 1"));
            assertThrows(SQLException.class, kept::createStatement);
            assertTrue(kept.isClosed());
            kept.close();
            assertEquals(1, connections.figures().get(0).inUse());
            others.rollback();
            connections.release(others);
        }
    }

    /** The tenant that the connection's transaction has entered for. */
    private static TenantId whoIsServed(TenantConnections connections, TenantId tenant) throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try {
            TenantId served = tenantOf(connection);
            connection.rollback();
            return served;
        } finally {
            connections.release(connection);
        }
    }

    private static TenantId tenantOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('rehome.tenant')")) {
            row.next();
            return TenantId.parse(row.getString(1));
        }
    }

    /** Those that have just been closed may be seen for a moment. */
    private long openOnServer(int expected) throws SQLException {
        String open =
                "select count(*) from pg_stat_activity where usename = 'rehome_app' and datname like 'storefront%'";
        long count = fleet.count(fleet.sharedHome(), open);
        for (int look = 0; look < 1_000 && count > expected; look++) {
            count = fleet.count(fleet.sharedHome(), open);
        }
        return count;
    }
}
