package dev.rehome.bench.requestpath;

import dev.rehome.hibernate.DataLayer;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.hibernate.Session;
import org.hibernate.Transaction;

/**
 * What a transaction costs when many tenants are known. Fleets of different sizes, each with a directory and a process of its
 * own, take turns; each transaction is of any of the fleet's tenants, and finds its one customer.
 *
 * @param p50 by number of tenants, to the smallest fleet's p50 of the same round, the median over the rounds
 * @param bytesPerTenant on the heap, for each tenant that the largest fleet's process knows of
 */
record Growth(Map<String, Report.Spread> p50, double bytesPerTenant) {
    private static final int[] SIZES = {10, 1_000, 100_000};
    private static final int[] QUICK_SIZES = {10, 1_000};
    private static final int TURNS = 20;
    private static final int TRANSACTIONS_IN_A_TURN = 40;
    private static final int DIGITS = 3;

    private static final List<String> FILL = List.of(
            "insert into rehome_directory.tenant (tenant_id, name) select id, 'grown' from grown",
            "insert into rehome_directory.placement (tenant_id, tier, server_name, database_name, schema_name, epoch)"
                    + " select g.id, p.tier, p.server_name, p.database_name, p.schema_name, 1"
                    + " from grown g, rehome_directory.placement p where p.tenant_id = ?",
            "insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name)"
                    + " select g.id, 1, r.state, r.tier, r.server_name, r.database_name, r.schema_name"
                    + " from grown g, rehome.residency r where r.tenant_id = ?",
            "insert into customers (storefront_id, id, email, created_at)"
                    + " select g.id, gen_random_uuid(), 'someone@example.com', now() from grown g");

    private record Fleet(TestFleet fleet, DataLayer layer, List<TenantId> tenants) implements AutoCloseable {
        static Fleet of(int size) throws SQLException {
            TestFleet fleet = TestFleet.onPostgres();
            boolean filled = false;
            try {
                TenantId pattern = fleet.createTenant(Tier.SHARED);
                List<TenantId> tenants = fill(fleet, pattern, size);
                filled = true;
                return new Fleet(fleet, fleet.dataLayer(TenantEntities.ALL), tenants);
            } finally {
                if (!filled) {
                    fleet.close();
                }
            }
        }

        private static List<TenantId> fill(TestFleet fleet, TenantId pattern, int size) throws SQLException {
            Home home = fleet.sharedHome();
            List<TenantId> tenants = new ArrayList<>();
            try (Connection administrator = fleet.administrator(home)) {
                execute(
                        administrator,
                        "create temporary table grown as select gen_random_uuid() as id from generate_series(1, " + size
                                + ")",
                        pattern);
                // Else each row's trigger would take its tenant's lock, and one transaction does not get a hundred
                // thousand.
                execute(administrator, "set rehome.capture = 'off'", pattern);
                for (String sql : FILL) {
                    execute(administrator, sql, pattern);
                }
                execute(administrator, "vacuum analyze", pattern);
                try (PreparedStatement ids = administrator.prepareStatement("select id from grown");
                        ResultSet row = ids.executeQuery()) {
                    while (row.next()) {
                        tenants.add(TenantId.of(row.getObject(1, UUID.class)));
                    }
                }
            }
            return tenants;
        }

        private static void execute(Connection connection, String sql, TenantId pattern) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                if (sql.contains("?")) {
                    statement.setObject(1, pattern.value());
                }
                statement.execute();
            }
        }

        void transact(TenantId tenant) {
            TenantContext.run(tenant, () -> {
                try (Session session = layer.sessionFactory().openSession()) {
                    Transaction transaction = session.beginTransaction();
                    session.createSelectionQuery("from Customer where email = :email", TenantEntities.Customer.class)
                            .setParameter("email", "someone@example.com")
                            .getSingleResult();
                    transaction.commit();
                }
            });
        }

        @Override
        public void close() throws SQLException {
            fleet.close();
        }
    }

    static Growth measure(boolean quick, int rounds, long seed, Consumer<String> progress) throws SQLException {
        int[] sizes = quick ? QUICK_SIZES : SIZES;
        List<Fleet> fleets = new ArrayList<>();
        try {
            for (int size : sizes) {
                progress.accept("a directory of " + size + " tenants");
                fleets.add(Fleet.of(size));
            }
            double bytes = 0;
            for (Fleet fleet : fleets) {
                fleet.transact(fleet.tenants.get(0));
                long before = usedHeap();
                fleet.tenants.parallelStream().forEach(fleet::transact);
                bytes = (usedHeap() - before) / (double) fleet.tenants.size();
            }
            return new Growth(compare(fleets, rounds, new Random(seed), progress), bytes);
        } finally {
            for (Fleet fleet : fleets) {
                fleet.close();
            }
        }
    }

    private static Map<String, Report.Spread> compare(
            List<Fleet> fleets, int rounds, Random random, Consumer<String> progress) {
        Map<Fleet, List<Double>> ratios = new LinkedHashMap<>();
        fleets.forEach(fleet -> ratios.put(fleet, new ArrayList<>()));
        for (int round = 0; round <= rounds; round++) {
            Map<Fleet, Histogram> latencies = new LinkedHashMap<>();
            fleets.forEach(fleet -> latencies.put(fleet, new Histogram(DIGITS)));
            List<Fleet> order = new ArrayList<>(fleets);
            for (int turn = 0; turn < TURNS; turn++) {
                Collections.shuffle(order, random);
                for (Fleet fleet : order) {
                    turn(fleet, random, Objects.requireNonNull(latencies.get(fleet)));
                }
            }
            if (round > 0) { // the first one warms up
                double smallest =
                        Objects.requireNonNull(latencies.get(fleets.get(0))).getValueAtPercentile(50);
                latencies.forEach((fleet, histogram) ->
                        Objects.requireNonNull(ratios.get(fleet)).add(histogram.getValueAtPercentile(50) / smallest));
                progress.accept("directories, round " + round + "/" + rounds);
            }
        }
        Map<String, Report.Spread> p50 = new LinkedHashMap<>();
        ratios.forEach((fleet, each) -> p50.put(String.valueOf(fleet.tenants.size()), Report.Spread.of(each)));
        return p50;
    }

    private static void turn(Fleet fleet, Random random, Histogram latencies) {
        for (int i = 0; i < TRANSACTIONS_IN_A_TURN; i++) {
            TenantId tenant = fleet.tenants.get(random.nextInt(fleet.tenants.size()));
            long begin = System.nanoTime();
            fleet.transact(tenant);
            latencies.recordValue(System.nanoTime() - begin);
        }
    }

    /** After a few collections, the smallest: the others still have what nobody refers to. */
    private static long usedHeap() {
        long[] used = new long[3];
        for (int i = 0; i < used.length; i++) {
            System.gc();
            used[i] = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
        return Arrays.stream(used).min().orElseThrow();
    }
}
