package dev.rehome.bench.move;

import dev.rehome.connection.TenantConnections;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What the triggers that are always there cost a writer when nothing moves: two storefronts with a schema each, of which one
 * has lost its triggers, and short slices of the same work in turn. Commits do not wait for the disk, which would hide the
 * difference; once more with waiting, for comparison.
 */
final class IdleTriggerSection {
    private static final long SLICE_NANOS = 100_000_000;
    private static final int BULK_ROWS = 5_000;
    private static final int CUSTOMERS = 200;

    private final Market market;
    private final Consumer<String> progress;
    private final TenantId with = TenantId.of(UUID.randomUUID());
    private final TenantId without = TenantId.of(UUID.randomUUID());

    IdleTriggerSection(Market market, Consumer<String> progress) {
        this.market = market;
        this.progress = progress;
    }

    /** Work of one storefront; returns the nanoseconds that one piece of it took. */
    private interface Work {
        double nanos(TenantId tenant) throws SQLException;
    }

    void run(int pairs, Figures figures) throws SQLException {
        progress.accept("triggers with no move");
        for (TenantId tenant : List.of(with, without)) {
            Home home = Target.SCHEMA.home(tenant);
            market.provision(home, tenant, "idle");
            open(home, tenant);
        }
        dropTriggers(Target.SCHEMA.home(without));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("pairs", pairs);
        setting("alter role rehome_app set synchronous_commit = off");
        try (TenantConnections connections = market.connections()) {
            Spread small = compare(smallTransactions(connections), pairs);
            figures.put("idleTriggerCost", small);
            details.put("smallTransactions", small);
            details.put("bulkInsert", compare(tenant -> bulk(connections, tenant), pairs));
        }
        setting("alter role rehome_app reset synchronous_commit");
        try (TenantConnections connections = market.connections()) {
            details.put("smallTransactionsThatWaitForTheDisk", compare(smallTransactions(connections), pairs));
        }
        figures.detail("idleTrigger", details);
        progress.accept("  " + details);
    }

    private Work smallTransactions(TenantConnections connections) throws SQLException {
        Latencies latencies = new Latencies();
        OrderWriter writer = new OrderWriter(connections, latencies);
        writer.meet(with);
        writer.meet(without);
        return tenant -> {
            long began = System.nanoTime();
            long now = began;
            int transactions = 0;
            while (now - began < SLICE_NANOS) {
                writer.order(tenant);
                transactions++;
                now = System.nanoTime();
            }
            if (latencies.failed() > 0) {
                throw new IllegalStateException("An order failed: " + latencies.failures());
            }
            return (now - began) / (double) transactions;
        };
    }

    private static double bulk(TenantConnections connections, TenantId tenant) throws SQLException {
        long began = System.nanoTime();
        OrderWriter.transact(connections, tenant, connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into customers (storefront_id, id, email, created_at) select ?, gen_random_uuid(),"
                            + " gen_random_uuid() || '@example.org', now() from generate_series(1, ?)")) {
                insert.setObject(1, tenant.value());
                insert.setInt(2, BULK_ROWS);
                insert.executeUpdate();
            }
        });
        return System.nanoTime() - began;
    }

    /** The ratio of each pair: with to without, which of them first by turns; the first tenth only warms up. */
    private Spread compare(Work work, int pairs) throws SQLException {
        List<Double> ratios = new ArrayList<>();
        for (int pair = -pairs / 10; pair < pairs; pair++) {
            double first = work.nanos(pair % 2 == 0 ? with : without);
            double second = work.nanos(pair % 2 == 0 ? without : with);
            if (pair >= 0) {
                ratios.add(pair % 2 == 0 ? first / second : second / first);
            }
        }
        return Spread.of(ratios);
    }

    private void open(Home home, TenantId tenant) throws SQLException {
        try (Connection administrator = market.servers().administrator(home);
                PreparedStatement customers = administrator.prepareStatement(
                        "insert into customers (storefront_id, id, created_at) select ?, gen_random_uuid(), now()"
                                + " from generate_series(1, ?)");
                PreparedStatement addresses = administrator.prepareStatement(
                        "insert into customer_addresses (storefront_id, id, customer_id, created_at)"
                                + " select storefront_id, gen_random_uuid(), id, now() from customers")) {
            customers.setObject(1, tenant.value());
            customers.setInt(2, CUSTOMERS);
            customers.executeUpdate();
            addresses.executeUpdate();
        }
    }

    private void dropTriggers(Home home) throws SQLException {
        try (Connection administrator = market.servers().administrator(home);
                Statement statement = administrator.createStatement()) {
            for (TenantTable table : TenantTables.read(administrator, home.schema(), Market.TENANT_COLUMN)) {
                statement.execute("drop trigger rehome_capture on " + table.in(home.schema()));
            }
        }
    }

    private void setting(String sql) throws SQLException {
        try (Connection administrator = market.servers().administrator(TwoServers.CONTROL);
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }
}
