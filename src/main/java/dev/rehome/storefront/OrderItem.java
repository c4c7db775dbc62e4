package dev.rehome.storefront;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A line of an order. */
@Entity
@Table(name = "order_items")
public class OrderItem extends TenantRow {
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "order_id", updatable = false)
    private Order order;

    @Column(name = "line_no", nullable = false)
    private int lineNo;

    @Column(name = "product_id", nullable = false)
    private String productId;

    @Column(name = "product_category")
    private @Nullable String productCategory;

    @Column
    private @Nullable String description;

    @Column(nullable = false)
    private int quantity;

    @Column(name = "unit_price", nullable = false, precision = Money.DIGITS, scale = Money.DECIMALS)
    private BigDecimal unitPrice;

    @Column(precision = Money.DIGITS, scale = Money.DECIMALS)
    private @Nullable BigDecimal freight;

    @Column(name = "shipping_limit_at")
    private @Nullable Instant shippingLimitAt;

    protected OrderItem() {}

    OrderItem(Order order, int lineNo, CartItem item) {
        this.order = order;
        this.lineNo = lineNo;
        this.productId = item.getProductId();
        this.quantity = item.getQuantity();
        this.unitPrice = item.getUnitPrice();
    }

    BigDecimal total() {
        return unitPrice.multiply(BigDecimal.valueOf(quantity));
    }

    public UUID getOrderId() {
        return order.getId();
    }

    /** Counted from 1 within the order. */
    public int getLineNo() {
        return lineNo;
    }

    /** The source's own text, which need not be a UUID. */
    public String getProductId() {
        return productId;
    }

    public @Nullable String getProductCategory() {
        return productCategory;
    }

    public @Nullable String getDescription() {
        return description;
    }

    /** Negative in imported returns. */
    public int getQuantity() {
        return quantity;
    }

    public BigDecimal getUnitPrice() {
        return unitPrice;
    }

    public @Nullable BigDecimal getFreight() {
        return freight;
    }

    public @Nullable Instant getShippingLimitAt() {
        return shippingLimitAt;
    }
}
