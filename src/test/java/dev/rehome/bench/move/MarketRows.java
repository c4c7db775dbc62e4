package dev.rehome.bench.move;

import dev.rehome.tenant.TenantId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rows of the market, made by the server: every other row is the large storefront's, the rest is the others' in turn,
 * as if all had grown together. Ids are of version 7, as Hibernate makes them: their order is about that of the rows.
 */
final class MarketRows {
    private static final int LOADERS = 2;

    /** What they have in common: whose the row is (t), and which of that storefront's rows (k). */
    private static final String OWNED = """
             from (select case when i %% 2 = 0 then p.large else p.others[1 + (i / 2) %% cardinality(p.others)] end as t,
                          (i / 2)::bigint as k, p.*
                     from (select ?::uuid as large, ?::uuid[] as others, ?::int as customers, ?::int as orders) as p,
                          generate_series(0, 2 * %s - 1) as i) as r""";

    private static final String CUSTOMERS = """
            insert into customers (storefront_id, id, external_id, email, created_at)
            select t, ${customer k}, 'C-' || k, 'customer.' || md5(t::text || k) || '@example.org',
                   timestamptz '2024-01-01' + k * interval '1 minute'
            """ + OWNED.formatted("p.customers");

    private static final String ADDRESSES = """
            insert into customer_addresses (storefront_id, id, customer_id, zip_prefix, city, city_local, region, country, created_at)
            select t, ${address k}, ${customer k}, (10000 + k % 80000)::text, 'City number ' || k % 5000,
                   'Straße der Stadt ' || k % 5000, 'Region ' || k % 16, 'Germany',
                   timestamptz '2024-01-01' + k * interval '1 minute'
            """ + OWNED.formatted("p.customers");

    private static final String ORDERS = """
            insert into orders (storefront_id, id, external_id, customer_id, shipping_address_id, status, currency, item_count,
                                items_total, freight_total, ordered_at, approved_at, shipped_at, delivered_at, estimated_delivery_at)
            select t, ${order k}, 'O-' || md5(t::text || k), ${customer k % customers}, ${address k % customers},
                   'delivered', 'EUR', 3, 59.97 + k % 1000, 4.90,
                   timestamptz '2024-01-01' + k * interval '1 minute', timestamptz '2024-01-02' + k * interval '1 minute',
                   timestamptz '2024-01-03' + k * interval '1 minute', timestamptz '2024-01-05' + k * interval '1 minute',
                   timestamptz '2024-01-09' + k * interval '1 minute'
            """ + OWNED.formatted("p.orders");

    private static final String ORDER_ITEMS =
            """
            insert into order_items (storefront_id, id, order_id, line_no, product_id, product_category, description, quantity,
                                     unit_price, freight, shipping_limit_at)
            select t, ${item k l}, ${order k}, l, 'product-' || (k * 7 + l) % 20000, 'category-' || (k + l) % 70,
                   'A product that is described in about as many words as usual', 1 + k % 3, 19.99 + l, 1.63,
                   timestamptz '2024-01-04' + k * interval '1 minute'
            """ + OWNED.formatted("p.orders") + ", generate_series(1 + 0 * k, " + Size.ITEMS_OF_AN_ORDER + ") as l";

    private static final String CARTS =
            """
            insert into shopping_carts (storefront_id, id, customer_id, status, currency, created_at, updated_at)
            select t, ${cart k}, ${customer k}, 'open', 'EUR', timestamptz '2026-01-01', timestamptz '2026-01-01'
            """ + OWNED.formatted("p.customers") + " where k / 20 % " + Size.CUSTOMERS_OF_A_CART + " = 0";

    private static final String CART_ITEMS =
            """
            insert into cart_items (storefront_id, id, cart_id, line_no, product_id, quantity, unit_price)
            select t, ${cartitem k l}, ${cart k}, l, 'product-' || (k + l) % 20000, 1, 19.99
            """ + OWNED.formatted("p.customers") + ", generate_series(1 + 0 * k, " + Size.ITEMS_OF_A_CART
                    + ") as l where k / 20 % " + Size.CUSTOMERS_OF_A_CART + " = 0";

    private static final String STOREFRONTS = """
            insert into storefronts (storefront_id, id, external_id, name, currency)
            select t, gen_random_uuid(), t::text, 'Storefront', 'EUR'
              from (select unnest(array[?::uuid] || ?::uuid[]) as t, ?::int, ?::int) as p""";

    private final Size size;
    private final TenantId large;
    private final List<TenantId> others;

    MarketRows(Size size, TenantId large, List<TenantId> others) {
        this.size = size;
        this.large = large;
        this.others = List.copyOf(others);
    }

    /** Opens a connection that nothing binds, with the shared home as search path. */
    interface Opener {
        Connection open() throws SQLException;
    }

    /** Fills the shared home, and leaves no statistics to be gathered and no pages to be written while it is measured. */
    void fill(Opener opener) throws Exception {
        ExecutorService loaders = Executors.newFixedThreadPool(LOADERS);
        try {
            List<Callable<Boolean>> loads = Stream.of(
                            ORDER_ITEMS, ORDERS, CUSTOMERS, ADDRESSES, CARTS, CART_ITEMS, STOREFRONTS)
                    .map(sql -> (Callable<Boolean>) () -> load(opener, sql))
                    .toList();
            for (Future<Boolean> load : loaders.invokeAll(loads)) {
                load.get();
            }
        } finally {
            loaders.shutdownNow();
        }
        try (Connection connection = opener.open();
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum (analyze)");
            statement.execute("checkpoint");
        }
    }

    private boolean load(Opener opener, String sql) throws SQLException {
        try (Connection connection = opener.open();
                Statement settings = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement(withIds(sql))) {
            // A bulk load that nobody is to follow, of rows that refer to each other by construction.
            settings.execute("set rehome.capture = 'off'; set session_replication_role = replica");
            Array otherIds = connection.createArrayOf(
                    "uuid", others.stream().map(TenantId::value).toArray());
            insert.setObject(1, large.value());
            insert.setArray(2, otherIds);
            insert.setInt(3, size.customers());
            insert.setInt(4, size.orders());
            insert.executeUpdate();
            return true;
        }
    }

    /** Writes the id of a kind of row for its numbers: its time from the first number, the rest from all of them. */
    private static String withIds(String sql) {
        return Pattern.compile("\\$\\{(\\w+) ([^}]+?)( l)?}").matcher(sql).replaceAll(found -> {
            String k = "(" + found.group(2) + ")";
            String hash =
                    "md5('" + found.group(1) + "' || t || " + k + (found.group(3) == null ? "" : " || '-' || l") + ")";
            return "(lpad(to_hex(1704067200000 + " + k + " * 60000), 12, '0') || '7' || substr(" + hash
                    + ", 1, 3) || '8' || substr(" + hash + ", 4, 15))::uuid";
        });
    }
}
