package dev.rehome.connection;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.proof.IsolationProof;
import dev.rehome.time.DaemonThreads;
import java.sql.DriverManager;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * All pools of this process: one for each shared home and each tenant's database, and one for all tenants' schemas of a
 * database. The search path of a connection never changes, as that would cost it its prepared statements. A pool that nobody
 * has used for a while is closed and forgotten. Thread-safe.
 */
final class Pools implements AutoCloseable {
    private static final String APPLICATION = "rehome";

    /** A pool that is forgotten costs the next request of its home a proof. */
    private static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long TIDY_SECONDS = 30;

    private final Servers servers;
    private final Limits limits;
    private final String tenantColumn;
    private final ConcurrentMap<Key, HomePool> pools = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ServerBudget> budgets = new ConcurrentHashMap<>();
    /** Forgotten, and closed as soon as nobody who still knew them can have borrowed. Guarded by this. */
    private final Set<HomePool> forgotten = new HashSet<>();

    /** How often a home was not served, as its isolation does not bind. */
    private final LongAdder proofRefusals = new LongAdder();

    private final ScheduledThreadPoolExecutor scheduler;
    private final ThreadFactory threads = PoolThreads.factory();

    private record Key(Database database, String searchPath) {}

    Pools(Servers servers, Limits limits, String tenantColumn) {
        this.servers = servers;
        this.limits = limits;
        this.tenantColumn = tenantColumn;
        this.scheduler = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("rehome-pools"));
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        ScheduledFuture<?> unused = scheduler.scheduleWithFixedDelay(
                () -> tidy(System.nanoTime()), TIDY_SECONDS, TIDY_SECONDS, TimeUnit.SECONDS);
    }

    HomePool of(Home home) {
        Key key = new Key(home.database(), isH2(home.database()) ? home.schema() : home.searchPath());
        HomePool pool = pools.get(key);
        return pool != null ? pool : pools.computeIfAbsent(key, missing -> open(missing, home));
    }

    private HomePool open(Key key, Home home) {
        ServerBudget budget = budgets.computeIfAbsent(
                key.database.server(), server -> new ServerBudget(server, limits.perServer(), limits.timeout()));
        DatabaseUrl url = servers.url(key.database);
        if (url.product() == DatabaseUrl.Product.H2) {
            String jdbc = url.jdbc() + ";SCHEMA=" + home.schema();
            return new HomePool(
                    home.toString(),
                    () -> DriverManager.getConnection(jdbc),
                    null,
                    proofRefusals,
                    budget,
                    scheduler,
                    threads,
                    limits.perServer());
        }
        Optional<DatabaseUrl> pooler = servers.pooler(key.database);
        Properties properties = pooler.isPresent()
                ? servers.poolerProperties(key.database, DatabaseRole.APP, APPLICATION)
                : servers.properties(key.database, key.searchPath, DatabaseRole.APP, APPLICATION);
        String jdbc = pooler.orElse(url).jdbc();
        return new HomePool(
                "rehome " + key.database + " " + key.searchPath,
                () -> DriverManager.getConnection(jdbc, properties),
                new IsolationProof(tenantColumn, pooler.isPresent() ? null : key.searchPath),
                proofRefusals,
                budget,
                scheduler,
                threads,
                home.tier() == Tier.DATABASE ? Math.min(limits.perTenant(), limits.perServer()) : limits.perServer());
    }

    private boolean isH2(Database database) {
        return servers.url(database).product() == DatabaseUrl.Product.H2;
    }

    /** One for each server that was ever used. */
    List<ServerFigures> figures() {
        return budgets.values().stream().map(ServerBudget::figures).toList();
    }

    ProofFigures proofFigures() {
        return new ProofFigures(
                pools.values().stream().mapToInt(HomePool::provenHomes).sum(), proofRefusals.sum());
    }

    /** By requests that have not ended. */
    int permitsTaken() {
        return budgets.values().stream().mapToInt(ServerBudget::permitsTaken).sum();
    }

    int size() {
        return pools.size();
    }

    /**
     * Forgets the pools that nobody has used for a while, and closes those that were forgotten the time before: whoever has taken
     * one in between has borrowed by now, or tries again with another one.
     *
     * @param nanoTime now, as {@link System#nanoTime} has it
     */
    synchronized void tidy(long nanoTime) {
        forgotten.removeIf(pool -> {
            if (pool.lent() > 0) {
                return false;
            }
            pool.close();
            return true;
        });
        pools.values().removeIf(pool -> pool.isUnusedSince(nanoTime - UNUSED_NANOS) && forgotten.add(pool));
    }

    @Override
    public synchronized void close() {
        forgotten.forEach(HomePool::close);
        pools.values().forEach(HomePool::close);
        scheduler.shutdownNow();
    }
}
