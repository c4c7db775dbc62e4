package dev.rehome.bench.requestpath;

import dev.rehome.bench.requestpath.Rows.CartItemRow;
import dev.rehome.bench.requestpath.Rows.CartRow;
import dev.rehome.bench.requestpath.Rows.CustomerRow;
import dev.rehome.bench.requestpath.Rows.OrderItemRow;
import dev.rehome.bench.requestpath.Rows.OrderRow;
import dev.rehome.tenant.TenantContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.Transaction;

/** A storefront's transaction, written as for any Hibernate: the variants differ in the session only. */
enum Scenario {
    /** Reads one customer, found by e-mail. */
    CUSTOMER_BY_EMAIL("customerByEmail") {
        @Override
        void work(Session session, Variant variant, int customer) {
            session.createSelectionQuery("from Customer where email = :email", CustomerRow.class)
                    .setParameter("email", SampleRows.email(customer))
                    .getSingleResult();
        }
    },

    /** Writes an order and its three items. */
    ORDER_WITH_3_ITEMS("orderWith3Items") {
        @Override
        void work(Session session, Variant variant, int customer) {
            UUID customerId = SampleRows.customerId(variant.rowsOf(), customer);
            OrderRow order = variant.newOrder().get();
            order.customerId = customerId;
            order.shippingAddressId = customerId;
            order.status = "NEW";
            order.currency = "EUR";
            order.orderedAt = Instant.now();
            order.itemCount = 3;
            order.itemsTotal = new BigDecimal("59.97");
            for (int line = 1; line <= 3; line++) {
                OrderItemRow item = order.addItem();
                item.lineNo = line;
                item.productId = "product-" + line;
                item.description = "A product with a description of the usual length";
                item.quantity = 1;
                item.unitPrice = PRICE;
            }
            session.persist(order);
        }
    },

    /** Reads a customer's open cart with its items in one query, then puts an item in, or takes one out if it is full. */
    CART_WITH_ITEMS("cartWithItems") {
        @Override
        void work(Session session, Variant variant, int customer) {
            CartRow cart = session.createSelectionQuery(
                            "from Cart c left join fetch c.items where c.customerId = :customer and c.status = 'OPEN'",
                            CartRow.class)
                    .setParameter("customer", SampleRows.customerId(variant.rowsOf(), customer))
                    .getSingleResult();
            List<? extends CartItemRow> items = cart.items();
            if (items.size() < SampleRows.LARGEST_CART) {
                int line = items.isEmpty() ? 1 : items.get(items.size() - 1).lineNo + 1;
                CartItemRow item = cart.addItem();
                item.lineNo = line;
                item.productId = "product-" + line;
                item.quantity = 1;
                item.unitPrice = PRICE;
            } else {
                items.remove(0);
            }
            cart.updatedAt = Instant.now();
        }
    };

    private static final BigDecimal PRICE = new BigDecimal("19.99");

    private final String label;

    Scenario(String label) {
        this.label = label;
    }

    /** Its name in the figures. */
    String label() {
        return label;
    }

    /** One session, one transaction; through Rehome on behalf of the tenant of the thread. */
    final void run(Variant variant, int customer) {
        if (variant.name().isOurs()) {
            TenantContext.run(variant.rowsOf(), () -> transact(variant, customer));
        } else {
            transact(variant, customer);
        }
    }

    private void transact(Variant variant, int customer) {
        try (Session session = variant.open()) {
            Transaction transaction = session.beginTransaction();
            work(session, variant, customer);
            transaction.commit();
        }
    }

    abstract void work(Session session, Variant variant, int customer);
}
