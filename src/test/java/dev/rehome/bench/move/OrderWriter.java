package dev.rehome.bench.move;

import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** What a customer does: orders, in one transaction through the library's hand-out of connections. Used by one thread. */
final class OrderWriter {
    /** Rows that a transaction writes. */
    static final int ROWS = 1 + Size.ITEMS_OF_AN_ORDER + 1;

    private static final int CUSTOMERS = 200;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final TenantConnections connections;
    private final Latencies latencies;
    private final Map<TenantId, List<UUID[]>> customers = new HashMap<>();
    private final Map<TenantId, UUID> latest = new HashMap<>();

    OrderWriter(TenantConnections connections, Latencies latencies) {
        this.connections = connections;
        this.latencies = latencies;
    }

    interface Work {
        void on(Connection connection) throws SQLException;
    }

    /** Work in one transaction of a tenant. */
    static void transact(TenantConnections connections, TenantId tenant, Work work) throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try {
            work.on(connection);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connections.release(connection);
        }
    }

    /** Reads who may order; before the first order of a storefront. */
    void meet(TenantId tenant) throws SQLException {
        List<UUID[]> met = new ArrayList<>();
        transact(connections, tenant, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select customer_id, id from customer_addresses where storefront_id = ? limit ?")) {
                statement.setObject(1, tenant.value());
                statement.setInt(2, CUSTOMERS);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        met.add(new UUID[] {row.getObject(1, UUID.class), row.getObject(2, UUID.class)});
                    }
                }
            }
        });
        if (met.isEmpty()) {
            throw new IllegalStateException("Nobody can order at " + tenant + ".");
        }
        customers.put(tenant, met);
    }

    /** Orders three items, and changes the state of the order before. A failure is noted, not thrown. */
    void order(TenantId tenant) {
        long begin = System.nanoTime();
        try {
            List<UUID[]> met = customers.getOrDefault(tenant, List.of());
            UUID[] customer = met.get(ThreadLocalRandom.current().nextInt(met.size()));
            UUID order = timeOrdered();
            transact(connections, tenant, connection -> write(connection, tenant, customer, order));
            latest.put(tenant, order);
            latencies.add(begin, System.nanoTime());
        } catch (SQLException | RuntimeException e) {
            latencies.failed(e);
        }
    }

    private void write(Connection connection, TenantId tenant, UUID[] customer, UUID order) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency,"
                        + " item_count, items_total, ordered_at) values (?, ?, ?, ?, ?, 'created', 'EUR', 3, 59.97, now())")) {
            insert.setObject(1, tenant.value());
            insert.setObject(2, order);
            insert.setString(3, "N-" + NUMBERS.incrementAndGet());
            insert.setObject(4, customer[0]);
            insert.setObject(5, customer[1]);
            insert.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into order_items (storefront_id, id, order_id, line_no, product_id, description, quantity, unit_price)"
                        + " values (?, ?, ?, ?, ?, 'A product that is described in about as many words as usual', 1, 19.99)")) {
            for (int line = 1; line <= Size.ITEMS_OF_AN_ORDER; line++) {
                insert.setObject(1, tenant.value());
                insert.setObject(2, timeOrdered());
                insert.setObject(3, order);
                insert.setInt(4, line);
                insert.setString(5, "product-" + ThreadLocalRandom.current().nextInt(20_000));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        UUID before = latest.get(tenant);
        if (before != null) {
            try (PreparedStatement update = connection.prepareStatement(
                    "update orders set status = 'approved', approved_at = now(), version = version + 1"
                            + " where storefront_id = ? and id = ?")) {
                update.setObject(1, tenant.value());
                update.setObject(2, before);
                update.executeUpdate();
            }
        }
    }

    /** As of version 7. */
    private static UUID timeOrdered() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (System.currentTimeMillis() << 16) | 0x7000 | (random.nextLong() & 0xfff);
        return new UUID(high, (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }
}
