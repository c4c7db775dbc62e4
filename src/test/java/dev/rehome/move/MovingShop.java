package dev.rehome.move;

import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the clients of a tenant do while it is moved: register customers, change some, delete some, and keep a ledger of
 * what they were told is stored.
 */
public final class MovingShop {
    private static final String OPENING = """
            insert into storefronts (storefront_id, id, external_id, name, currency)
                values (:tenant, gen_random_uuid(), 's', 'Shop', 'EUR');
            insert into customers (storefront_id, id, email, created_at)
                select cast(:tenant as uuid), gen_random_uuid(), 'c' || i || '@example.com', now()
                  from generate_series(1, :customers) s(i);
            insert into customer_addresses (storefront_id, id, customer_id, city_local, created_at)
                select storefront_id, gen_random_uuid(), id, 'Zürich 苏黎世', now() from customers where storefront_id = :tenant;
            insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency, item_count, items_total, ordered_at)
                select storefront_id, gen_random_uuid(), 'o' || row_number() over (), customer_id, id, 'completed', 'EUR', 1, 9.90, now()
                  from customer_addresses where storefront_id = :tenant;
            insert into order_items (storefront_id, id, order_id, line_no, product_id, quantity, unit_price)
                select storefront_id, gen_random_uuid(), id, 1, 'p', 1, 9.90 from orders where storefront_id = :tenant;
            insert into shopping_carts (storefront_id, id, customer_id, derived_from_order_id, status, currency, created_at, updated_at)
                select storefront_id, gen_random_uuid(), customer_id, id, 'open', 'EUR', now(), now() from orders where storefront_id = :tenant;
            insert into cart_items (storefront_id, id, cart_id, line_no, product_id, quantity, unit_price)
                select storefront_id, gen_random_uuid(), id, 1, 'p', 1, 9.90 from shopping_carts where storefront_id = :tenant""";

    private final TestFleet fleet;
    private final TenantConnections connections;
    private final TenantId tenant;
    private final Queue<UUID> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<UUID> deleted = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    public MovingShop(TestFleet fleet, TenantConnections connections, TenantId tenant) {
        this.fleet = fleet;
        this.connections = connections;
        this.tenant = tenant;
    }

    public TenantId tenant() {
        return tenant;
    }

    public Queue<Throwable> failures() {
        return failures;
    }

    /** Rows in all tables. */
    public void open(int customers) throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (Statement statement = connection.createStatement()) {
            for (String insert : OPENING.split(";", -1)) {
                statement.execute(insert.replace(":tenant", "'" + tenant + "'").replace(":customers", "" + customers));
            }
        }
        connection.commit();
        connections.release(connection);
    }

    /** One transaction: a new customer with an address, and now and then a change or the end of an earlier one. */
    public void work(TransactionMode mode) {
        UUID id = UUID.randomUUID();
        try {
            Connection connection = connections.acquire(tenant, mode);
            UUID end = null;
            try {
                execute(
                        connection,
                        "insert into customers (storefront_id, id, email, created_at) values (?, ?, '" + id
                                + "', now())",
                        id);
                execute(
                        connection,
                        "insert into customer_addresses (storefront_id, id, customer_id, created_at)"
                                + " values (?, ?, '" + id + "', now())",
                        UUID.randomUUID());
                execute(
                        connection,
                        "update customers set version = version + 1 where storefront_id = ? and id = ?",
                        id);
                if (id.hashCode() % 5 == 0) {
                    end = acknowledged.poll();
                }
                if (end != null) {
                    execute(
                            connection,
                            "delete from customer_addresses where storefront_id = ? and customer_id = ?",
                            end);
                    int gone = execute(connection, "delete from customers where storefront_id = ? and id = ?", end);
                    if (gone == 0) {
                        // Younger than this transaction's snapshot, or lost: then the audit finds that.
                        acknowledged.add(end);
                        end = null;
                    }
                }
                connection.commit();
                acknowledged.add(id);
                if (end != null) {
                    deleted.add(end);
                }
            } catch (SQLException e) {
                connection.rollback();
                if (end != null) {
                    acknowledged.add(end);
                }
                throw e;
            } finally {
                connections.release(connection);
            }
        } catch (SQLException | RuntimeException e) {
            failures.add(e);
        }
    }

    /** What the clients were told, against what the home has. */
    public String audit(Home home) throws SQLException {
        Set<UUID> stored = new HashSet<>();
        try (Connection connection = fleet.administrator(home);
                PreparedStatement statement =
                        connection.prepareStatement("select id from customers where storefront_id = ?")) {
            statement.setObject(1, tenant.value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    stored.add(row.getObject(1, UUID.class));
                }
            }
        }
        long lost = acknowledged.stream().filter(id -> !stored.contains(id)).count();
        long risen = deleted.stream().filter(stored::contains).count();
        return "lost=" + lost + " risen=" + risen + " failed=" + failures.size();
    }

    public int acknowledged() {
        return acknowledged.size();
    }

    private int execute(Connection connection, String sql, UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, id);
            return statement.executeUpdate();
        }
    }
}
