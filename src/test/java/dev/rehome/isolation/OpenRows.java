package dev.rehome.isolation;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * The storefront's tables as a careless application maps them: every field is open, and ids are chosen by whoever makes
 * the row. Nothing in these classes stops an attack.
 */
final class OpenRows {
    static final List<Class<?>> ENTITIES = List.of(Customer.class, Address.class, Order.class, OrderItem.class);

    private static final Instant LONG_AGO = Instant.parse("2020-02-02T20:20:20Z");

    private OpenRows() {}

    @MappedSuperclass
    abstract static class Row {
        @TenantId
        @Column(name = "storefront_id")
        UUID storefrontId;

        @Id
        UUID id;

        @Version
        int version;
    }

    @Entity(name = "Customer")
    @Table(name = "customers")
    static class Customer extends Row {
        @Column
        @Nullable
        String email;

        @Column(name = "created_at")
        Instant createdAt = LONG_AGO;

        @OneToMany(mappedBy = "customer")
        List<Order> orders = new ArrayList<>();
    }

    @Entity(name = "Address")
    @Table(name = "customer_addresses")
    static class Address extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "customer_id")
        Customer customer;

        @Column(name = "created_at")
        Instant createdAt = LONG_AGO;
    }

    @Entity(name = "Order")
    @Table(name = "orders")
    static class Order extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "customer_id")
        Customer customer;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "shipping_address_id")
        Address address;

        @Column
        String status = "CREATED";

        @Column
        String currency = "EUR";

        @Column(name = "item_count")
        int itemCount = 1;

        @Column(name = "items_total")
        BigDecimal itemsTotal = BigDecimal.TEN;

        @Column(name = "ordered_at")
        Instant orderedAt = LONG_AGO;

        @OneToMany(mappedBy = "order")
        List<OrderItem> items = new ArrayList<>();
    }

    @Entity(name = "OrderItem")
    @Table(name = "order_items")
    static class OrderItem extends Row {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "order_id")
        Order order;

        @Column(name = "line_no")
        int lineNo = 1;

        @Column(name = "product_id")
        String productId = "tea";

        @Column
        int quantity = 1;

        @Column(name = "unit_price")
        BigDecimal unitPrice = BigDecimal.TEN;
    }

    static Customer customer(UUID id, @Nullable String email) {
        Customer customer = new Customer();
        customer.id = id;
        customer.email = email;
        return customer;
    }

    static Address address(Customer customer) {
        Address address = new Address();
        address.id = UUID.randomUUID();
        address.customer = customer;
        return address;
    }

    static Order order(Customer customer, Address address) {
        Order order = new Order();
        order.id = UUID.randomUUID();
        order.customer = customer;
        order.address = address;
        return order;
    }

    static OrderItem item(Order order) {
        OrderItem item = new OrderItem();
        item.id = UUID.randomUUID();
        item.order = order;
        return item;
    }
}
