package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
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
    /** Transactions in a row before it is the other storefront's turn. */
    private static final int TURN = 10;

    private static final int TURNS = 20;
    private static final int BULK_ROWS = 5_000;
    private static final int BULK_TURNS = 5;
    private static final int CUSTOMERS = 200;

    private final Market market;
    private final Consumer<String> progress;
    private final TenantId with = TenantId.of(UUID.randomUUID());
    private final TenantId without = TenantId.of(UUID.randomUUID());

    IdleTriggerSection(Market market, Consumer<String> progress) {
        this.market = market;
        this.progress = progress;
    }

    /** One transaction of a storefront. */
    private interface Work {
        void of(TenantId tenant) throws SQLException;
    }

    void run(int repetitions, Figures figures) throws SQLException {
        progress.accept("triggers with no move");
        for (TenantId tenant : List.of(with, without)) {
            Home home = Target.SCHEMA.home(tenant);
            market.provision(home, tenant, "idle");
            open(home, tenant);
        }
        dropTriggers(Target.SCHEMA.home(without));
        Map<String, Object> details = new LinkedHashMap<>();
        setting("alter role rehome_app set synchronous_commit = off");
        try (TenantConnections connections = market.connections()) {
            Spread small = compare(smallTransactions(connections), TURN, TURNS, repetitions);
            figures.put("idleTriggerCost", small);
            details.put("smallTransactions", small);
            details.put("bulkInsert", compare(tenant -> bulk(connections, tenant), 1, BULK_TURNS, repetitions));
        }
        setting("alter role rehome_app reset synchronous_commit");
        try (TenantConnections connections = market.connections()) {
            details.put(
                    "smallTransactionsThatWaitForTheDisk",
                    compare(smallTransactions(connections), TURN, TURNS, repetitions));
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
            writer.order(tenant);
            if (latencies.failed() > 0) {
                throw new IllegalStateException("An order failed: " + latencies.failures());
            }
        };
    }

    private static void bulk(TenantConnections connections, TenantId tenant) throws SQLException {
        OrderWriter.transact(connections, tenant, connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into customers (storefront_id, id, email, created_at) select ?, gen_random_uuid(),"
                            + " gen_random_uuid() || '@example.org', now() from generate_series(1, ?)")) {
                insert.setObject(1, tenant.value());
                insert.setInt(2, BULK_ROWS);
                insert.executeUpdate();
            }
        });
    }

    /** Of each repetition the median of the transactions with triggers to that without; the first repetition only warms up. */
    private Spread compare(Work work, int turn, int turns, int repetitions) throws SQLException {
        List<Double> ratios = new ArrayList<>();
        for (int repetition = 0; repetition <= repetitions; repetition++) {
            List<Double> timesWith = new ArrayList<>();
            List<Double> timesWithout = new ArrayList<>();
            for (int i = 0; i < 2 * turns; i++) {
                boolean first = (i + i / 2) % 2 == 0;
                for (int transaction = 0; transaction < turn; transaction++) {
                    long began = System.nanoTime();
                    work.of(first ? with : without);
                    (first ? timesWith : timesWithout).add((double) (System.nanoTime() - began));
                }
            }
            if (repetition > 0) {
                ratios.add(
                        Spread.of(timesWith).median() / Spread.of(timesWithout).median());
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
