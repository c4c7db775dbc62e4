package dev.rehome.connection;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import java.sql.DriverManager;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * All pools of this process: one for each shared home and each tenant's database, and one for all tenants' schemas of a
 * database. The search path of a connection never changes, as that would cost it its prepared statements. Thread-safe.
 */
final class Pools implements AutoCloseable {
    private static final String APPLICATION = "rehome";

    private final Servers servers;
    private final Limits limits;
    private final String tenantColumn;
    private final ConcurrentMap<Key, HomePool> pools = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ServerBudget> budgets = new ConcurrentHashMap<>();
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
    }

    HomePool of(Home home) {
        boolean schemaOfRole = home.tier() == Tier.SCHEMA && !isH2(home.database());
        Key key = new Key(home.database(), isH2(home.database()) ? home.schema() : home.searchPath());
        HomePool pool = pools.get(key);
        return pool != null ? pool : pools.computeIfAbsent(key, missing -> open(missing, home, schemaOfRole));
    }

    private HomePool open(Key key, Home home, boolean schemaOfRole) {
        ServerBudget budget =
                budgets.computeIfAbsent(key.database.server(), server -> new ServerBudget(server, limits.perServer()));
        DatabaseUrl url = servers.url(key.database);
        if (url.product() == DatabaseUrl.Product.H2) {
            String jdbc = url.jdbc() + ";SCHEMA=" + home.schema();
            return new HomePool(
                    home.toString(),
                    () -> DriverManager.getConnection(jdbc),
                    null,
                    Optional.empty(),
                    budget,
                    scheduler,
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
                new IsolationProof(tenantColumn, !schemaOfRole),
                pooler.map(any -> key.searchPath),
                budget,
                scheduler,
                home.tier() == Tier.DATABASE ? Math.min(limits.perTenant(), limits.perServer()) : limits.perServer());
    }

    private boolean isH2(Database database) {
        return servers.url(database).product() == DatabaseUrl.Product.H2;
    }

    @Override
    public void close() {
        pools.values().forEach(HomePool::close);
        scheduler.shutdownNow();
    }
}
