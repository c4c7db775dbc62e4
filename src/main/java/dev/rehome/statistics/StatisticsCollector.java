package dev.rehome.statistics;

import dev.rehome.config.StatisticsConfig;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks how large the tenants are, of all tiers, and keeps the history, a round at a time. A home of a tenant's own costs nothing but
 * its part of one query per database. Shared tables are never read as a whole: a tenant's rows in them are counted when it is new, or
 * has written enough since the last time, and so many tenants a round at most. Thread-safe; several rounds at a time only do too much.
 */
public final class StatisticsCollector {
    private static final String APPLICATION = "rehome statistics";
    private static final int PAGE = 1_000;
    /** Sizes kept in one transaction. */
    private static final int BATCH = 500;

    private final Servers servers;
    private final Directory directory;
    private final SizeStore sizes;
    private final History history;
    private final String tenantColumn;
    private final StatisticsConfig config;

    /** @param connections to the directory's database, with the rights of the mover */
    public StatisticsCollector(
            Servers servers,
            Directory directory,
            ConnectionSource connections,
            String tenantColumn,
            StatisticsConfig config) {
        this.servers = servers;
        this.directory = directory;
        this.sizes = new SizeStore(connections);
        this.history = new History(connections, config);
        this.tenantColumn = tenantColumn;
        this.config = config;
    }

    /**
     * Collects once. A database that cannot be looked at is named in the report.
     *
     * @throws RehomeException (EXTERNAL) if the directory fails
     */
    public CollectReport collect() {
        long begun = System.nanoTime();
        Round round = new Round();
        Map<Database, List<Placement>> tenants = tenants();
        // A counted tenant of one shared home leaves that much less for the next one's.
        tenants.forEach(round::visit);
        int points = history.keep();
        return round.report(points, Duration.ofNanos(System.nanoTime() - begun));
    }

    private Map<Database, List<Placement>> tenants() {
        List<Placement> all = new ArrayList<>();
        List<Placement> page = directory.page(null, PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = directory.page(page.get(page.size() - 1).tenant(), PAGE);
        }
        return all.stream()
                .collect(Collectors.groupingBy(
                        placement -> placement.home().database(), LinkedHashMap::new, Collectors.toList()));
    }

    /** One round. */
    private final class Round {
        private int ownHomes;
        private int counted;
        private long countedRows;
        private int unchanged;
        private int leftToCount;
        private final Map<String, String> failures = new LinkedHashMap<>();

        void visit(Database database, List<Placement> tenants) {
            Home any = tenants.get(0).home();
            try (Connection connection = servers.open(database, any.schema(), DatabaseRole.MOVER, APPLICATION)) {
                connection.setAutoCommit(false);
                Map<String, Map<String, CatalogSizes.Table>> catalog = CatalogSizes.read(
                        connection,
                        tenants.stream().map(each -> each.home().schema()).collect(Collectors.toSet()),
                        tenantColumn);
                connection.rollback();
                keepOwn(tenants, catalog);
                Map<Home, List<Placement>> shared = tenants.stream()
                        .filter(each -> each.home().tier() == Tier.SHARED)
                        .collect(Collectors.groupingBy(Placement::home));
                for (Map.Entry<Home, List<Placement>> entry : shared.entrySet()) {
                    Home home = entry.getKey();
                    visitShared(connection, home, entry.getValue(), catalog.getOrDefault(home.schema(), Map.of()));
                }
            } catch (SQLException e) {
                failures.put(
                        database.toString(),
                        "cannot be looked at (SQLSTATE " + e.getSQLState()
                                + "). Check that its server is up and lets the mover in.");
            }
        }

        /** A home that has just been left, or is not made yet, has no tables; its tenant is met elsewhere next time. */
        private void keepOwn(List<Placement> tenants, Map<String, Map<String, CatalogSizes.Table>> catalog) {
            Map<Placement, TenantSize> found = new LinkedHashMap<>();
            for (Placement placement : tenants) {
                @Nullable
                Map<String, CatalogSizes.Table> tables =
                        catalog.get(placement.home().schema());
                if (placement.home().tier() != Tier.SHARED && tables != null) {
                    found.put(placement, CatalogSizes.all(tables));
                    ownHomes++;
                }
                if (found.size() == BATCH) {
                    sizes.save(found, false);
                    found.clear();
                }
            }
            sizes.save(found, false);
        }

        private void visitShared(
                Connection connection, Home home, List<Placement> tenants, Map<String, CatalogSizes.Table> tables)
                throws SQLException {
            Map<TenantId, KnownSize> known = sizes.known(home);
            Map<Placement, Long> fresh = new LinkedHashMap<>();
            List<Placement> stale = new ArrayList<>();
            for (Placement placement : tenants) {
                KnownSize size = known.get(placement.tenant());
                if (size == null || size.isStale(config.recountPercent(), config.recountAfter())) {
                    stale.add(placement);
                } else {
                    fresh.put(placement, CatalogSizes.share(tables, size.rows()));
                }
            }
            unchanged += fresh.size();
            sizes.confirm(fresh);
            // New ones first, then those that have written most.
            stale.sort(Comparator.comparingLong(placement -> {
                KnownSize size = known.get(placement.tenant());
                return size == null ? Long.MIN_VALUE : -size.writtenRows();
            }));
            List<Placement> now =
                    stale.subList(0, Math.min(stale.size(), Math.max(0, config.countsPerRound() - counted)));
            leftToCount += stale.size() - now.size();
            if (!now.isEmpty()) {
                count(new SharedCount(connection, home.schema(), tenantColumn), now, tables);
            }
        }

        private void count(SharedCount count, List<Placement> tenants, Map<String, CatalogSizes.Table> tables)
                throws SQLException {
            for (Placement placement : tenants) {
                Map<String, Long> rows = count.of(placement.tenant());
                TenantSize size = new TenantSize(rows, CatalogSizes.share(tables, rows));
                sizes.save(Map.of(placement, size), true);
                counted++;
                countedRows += size.totalRows();
            }
        }

        CollectReport report(int points, Duration took) {
            return new CollectReport(ownHomes, counted, countedRows, unchanged, leftToCount, points, failures, took);
        }
    }
}
