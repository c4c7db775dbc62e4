package dev.rehome.bench.requestpath;

import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.UuidGenerator;

/**
 * What the entities of all variants have in common: every mapped column. {@link PlainEntities} and {@link TenantEntities}
 * add the associations, and the tenant or none.
 */
final class Rows {
    private Rows() {}

    @MappedSuperclass
    abstract static class Row {
        @Id
        @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
        UUID id;

        @Version
        int version;
    }

    @MappedSuperclass
    abstract static class CustomerRow extends Row {
        @Column(name = "external_id")
        String externalId;

        @Column
        String email;

        @Column(name = "created_at")
        Instant createdAt;

        @Column(name = "deleted_at")
        Instant deletedAt;
    }

    @MappedSuperclass
    abstract static class OrderRow extends Row {
        @Column(name = "external_id")
        String externalId;

        @Column(name = "customer_id")
        UUID customerId;

        @Column(name = "shipping_address_id")
        UUID shippingAddressId;

        @Column
        String status;

        @Column
        String currency;

        @Column(name = "item_count")
        int itemCount;

        @Column(name = "items_total", precision = 19, scale = 4)
        BigDecimal itemsTotal;

        @Column(name = "ordered_at")
        Instant orderedAt;

        abstract OrderItemRow addItem();
    }

    @MappedSuperclass
    abstract static class OrderItemRow extends Row {
        @Column(name = "line_no")
        int lineNo;

        @Column(name = "product_id")
        String productId;

        @Column
        String description;

        @Column
        int quantity;

        @Column(name = "unit_price", precision = 19, scale = 4)
        BigDecimal unitPrice;
    }

    @MappedSuperclass
    abstract static class CartRow extends Row {
        @Column(name = "customer_id")
        UUID customerId;

        @Column
        String status;

        @Column
        String currency;

        @Column(name = "created_at")
        Instant createdAt;

        @Column(name = "updated_at")
        Instant updatedAt;

        /** In the order of their lines. */
        abstract List<? extends CartItemRow> items();

        abstract CartItemRow addItem();
    }

    @MappedSuperclass
    abstract static class CartItemRow extends Row {
        @Column(name = "line_no")
        int lineNo;

        @Column(name = "product_id")
        String productId;

        @Column
        int quantity;

        @Column(name = "unit_price", precision = 19, scale = 4)
        BigDecimal unitPrice;
    }
}
