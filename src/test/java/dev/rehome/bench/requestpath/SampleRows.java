package dev.rehome.bench.requestpath;

import dev.rehome.tenant.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * The rows of one tenant: customers with one address and one open cart each, orders of three items. Ids follow from the
 * tenant and a number, so that the scenarios know them; a customer's address has the customer's id.
 *
 * @param customers how many
 * @param ordersPerCustomer how many orders each of them has
 */
record SampleRows(int customers, int ordersPerCustomer) {
    /** A cart has three items to begin with, and never more than this. */
    static final int LARGEST_CART = 5;

    /** Each with the tenant and the number of rows as {@code t} and {@code n}. */
    private static final List<String> PER_CUSTOMER = List.of("""
            insert into customers (storefront_id, id, external_id, email, created_at)
            select t, md5(t || ' customer ' || i)::uuid, 'customer-' || i, 'customer' || i || '@example.org', '2026-01-01'
              from (select ?::uuid as t, ? as n) as p, generate_series(0, n - 1) as i""", """
            insert into customer_addresses (storefront_id, id, customer_id, zip_prefix, city, country, created_at)
            select t, md5(t || ' customer ' || i)::uuid, md5(t || ' customer ' || i)::uuid, '10115', 'Berlin', 'Germany', '2026-01-01'
              from (select ?::uuid as t, ? as n) as p, generate_series(0, n - 1) as i""", """
            insert into shopping_carts (storefront_id, id, customer_id, status, currency, created_at, updated_at)
            select t, md5(t || ' cart ' || i)::uuid, md5(t || ' customer ' || i)::uuid, 'OPEN', 'EUR', '2026-01-01', '2026-01-01'
              from (select ?::uuid as t, ? as n) as p, generate_series(0, n - 1) as i""", """
            insert into cart_items (storefront_id, id, cart_id, line_no, product_id, quantity, unit_price)
            select t, md5(t || ' cart ' || i || ' ' || line)::uuid, md5(t || ' cart ' || i)::uuid, line, 'product-' || line, 1, 19.99
              from (select ?::uuid as t, ? as n) as p, generate_series(0, n - 1) as i, generate_series(1, 3) as line""");

    /** Each with the tenant, the number of rows and the number of customers as {@code t}, {@code n} and {@code c}. */
    private static final List<String> PER_ORDER = List.of("""
            insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency,
                                item_count, items_total, ordered_at)
            select t, md5(t || ' order ' || i)::uuid, 'order-' || i, md5(t || ' customer ' || i % c)::uuid,
                   md5(t || ' customer ' || i % c)::uuid, 'DELIVERED', 'EUR', 3, 59.97, timestamptz '2026-01-01' + i * interval '1 minute'
              from (select ?::uuid as t, ? as n, ? as c) as p, generate_series(0, n - 1) as i""", """
            insert into order_items (storefront_id, id, order_id, line_no, product_id, description, quantity, unit_price)
            select t, md5(t || ' order ' || i || ' ' || line)::uuid, md5(t || ' order ' || i)::uuid, line, 'product-' || line,
                   'A product with a description of the usual length', 1, 19.99
              from (select ?::uuid as t, ? as n, ? as c) as p, generate_series(0, n - 1) as i, generate_series(1, 3) as line""");

    /** Writes a tenant's rows through an administrator's connection whose search path is the home. */
    void fill(Connection administrator, TenantId tenant) throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            // A bulk load that nobody is to follow, of rows that refer to each other by construction.
            statement.execute("set rehome.capture = 'off'; set session_replication_role = replica");
        }
        for (String sql : PER_CUSTOMER) {
            try (PreparedStatement statement = administrator.prepareStatement(sql)) {
                statement.setObject(1, tenant.value());
                statement.setInt(2, customers);
                statement.executeUpdate();
            }
        }
        for (String sql : PER_ORDER) {
            try (PreparedStatement statement = administrator.prepareStatement(sql)) {
                statement.setObject(1, tenant.value());
                statement.setInt(2, customers * ordersPerCustomer);
                statement.setInt(3, customers);
                statement.executeUpdate();
            }
        }
    }

    static String email(int customer) {
        return "customer" + customer + "@example.org";
    }

    /** As PostgreSQL's {@code md5(text)::uuid} makes it. */
    static UUID customerId(TenantId tenant, int customer) {
        try {
            ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("MD5")
                    .digest((tenant + " customer " + customer).getBytes(StandardCharsets.UTF_8)));
            return new UUID(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5.", e);
        }
    }
}
