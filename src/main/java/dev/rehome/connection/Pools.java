package dev.rehome.connection;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.proof.IsolationProof;
import java.sql.DriverManager;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * All pools of this process: one for each shared home and each tenant's database, and one for all tenants' schemas of a
 * database. The search path of a connection never changes, as that would cost it its prepared statements. A pool that nobody
 * has used for a while is closed and forgotten. Thread-safe.
 */
final class Pools implements AutoCloseable {
    /** Finds the schema that is called as the role which {@code enter} switches to. */
    private static final String SCHEMA_OF_ROLE = "\"$user\"";
    /** Without it the temporary schema comes first: what one tenant leaves there would hide the next one's tables. */
    private static final String TEMPORARY_SCHEMA_LAST = ", pg_temp";

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

    private final ScheduledThreadPoolExecutor scheduler;

    private record Key(Database database, String searchPath) {}

    Pools(Servers servers, Limits limits, String tenantColumn) {
        this.servers = servers;
        this.limits = limits;
        this.tenantColumn = tenantColumn;
        this.scheduler = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "rehome-pools");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        ScheduledFuture<?> unused = scheduler.scheduleWithFixedDelay(
                () -> tidy(System.nanoTime()), TIDY_SECONDS, TIDY_SECONDS, TimeUnit.SECONDS);
    }

    HomePool of(Home home) {
        boolean schemaOfRole = home.tier() == Tier.SCHEMA && !isH2(home.database());
        Key key = new Key(home.database(), schemaOfRole ? SCHEMA_OF_ROLE : SqlNames.quote(home.schema()));
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
                    budget,
                    scheduler,
                    limits.perServer());
        }
        Properties properties =
                servers.properties(key.database, key.searchPath + TEMPORARY_SCHEMA_LAST, DatabaseRole.APP, "rehome");
        return new HomePool(
                "rehome " + key.database + " " + key.searchPath,
                () -> DriverManager.getConnection(url.jdbc(), properties),
                new IsolationProof(tenantColumn, properties.getProperty("currentSchema")),
                budget,
                scheduler,
                home.tier() == Tier.DATABASE ? Math.min(limits.perTenant(), limits.perServer()) : limits.perServer());
    }

    private boolean isH2(Database database) {
        return servers.url(database).product() == DatabaseUrl.Product.H2;
    }

    /** One for each server that was ever used. */
    List<ServerFigures> figures() {
        return budgets.values().stream().map(ServerBudget::figures).toList();
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
            if (pool.isLent()) {
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
