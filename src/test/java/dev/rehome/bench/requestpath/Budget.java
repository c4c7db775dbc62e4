package dev.rehome.bench.requestpath;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.ManyHomes;
import dev.rehome.testing.TestFleet;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Homes of their own for very many tenants, half schemas and half databases, touched at random by several threads under one
 * budget of connections. Nearly each request for a database finds none open there, so this is the worst that can be asked for.
 *
 * @param homes schemas and databases
 * @param serverConnections the most that were open at a time, seen by the server
 * @param threads the most that the layer had at a time, the clients' own not counted
 * @param p50Millis of a request, from asking for its connection to giving it back
 */
record Budget(
        int homes,
        int limit,
        int serverConnections,
        int threads,
        double perSecond,
        double p50Millis,
        double p99Millis) {
    private static final int OF_EACH_KIND = 1_000;
    private static final int QUICK_OF_EACH_KIND = 20;
    private static final int LIMIT = 50;
    private static final int CLIENTS = 16;
    private static final int REQUESTS_PER_HOME = 10;
    private static final int TOLD_EVERY = 100;
    private static final int DIGITS = 3;
    private static final long LOOK_EVERY_MILLIS = 20;

    static Budget measure(boolean quick, long seed, Consumer<String> progress)
            throws SQLException, InterruptedException, ExecutionException {
        int ofEachKind = quick ? QUICK_OF_EACH_KIND : OF_EACH_KIND;
        try (TestFleet fleet = TestFleet.onPostgres();
                ManyHomes homes = ManyHomes.make(fleet, ofEachKind, ofEachKind, made -> {
                    if (made % TOLD_EVERY == 0) {
                        progress.accept("homes under one budget: " + made + " of " + 2 * ofEachKind + " made");
                    }
                });
                TenantConnections connections = fleet.connections(new Limits(LIMIT, LIMIT, Duration.ofMinutes(2)))) {
            return measure(fleet, homes.tenants(), connections, new Random(seed));
        }
    }

    private static Budget measure(TestFleet fleet, List<TenantId> tenants, TenantConnections connections, Random random)
            throws SQLException, InterruptedException, ExecutionException {
        Histogram latencies = new ConcurrentHistogram(DIGITS);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int before = threads.getThreadCount();
        int mostThreads = 0;
        int mostConnections = 0;
        int requests = tenants.size() * REQUESTS_PER_HOME;
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        long begun = System.nanoTime();
        try (Connection looking = fleet.administrator(fleet.sharedHome());
                PreparedStatement open = looking.prepareStatement(
                        "select count(*) from pg_stat_activity where usename = 'rehome_app'")) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                TenantId tenant = tenants.get(random.nextInt(tenants.size()));
                running.add(clients.submit(() -> touch(connections, tenant, latencies)));
            }
            for (Future<?> request : running) {
                while (!isDone(request)) {
                    mostThreads = Math.max(mostThreads, threads.getThreadCount());
                    mostConnections = Math.max(mostConnections, count(open));
                }
            }
        } finally {
            clients.shutdownNow();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Budget(
                tenants.size(),
                LIMIT,
                mostConnections,
                mostThreads - before - CLIENTS,
                requests / seconds,
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6);
    }

    private static boolean isDone(Future<?> request) throws InterruptedException, ExecutionException {
        try {
            request.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    private static TenantId touch(TenantConnections connections, TenantId tenant, Histogram latencies)
            throws SQLException {
        long begun = System.nanoTime();
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (PreparedStatement statement = connection.prepareStatement("select count(*) from customers");
                ResultSet row = statement.executeQuery()) {
            row.next();
            connection.rollback();
        } finally {
            connections.release(connection);
        }
        latencies.recordValue(System.nanoTime() - begun);
        return tenant;
    }

    private static int count(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }
}
