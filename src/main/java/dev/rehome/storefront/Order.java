package dev.rehome.storefront;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a customer has bought at one time. Its items never change; its status does. */
@Entity
@Table(name = "orders")
public class Order extends TenantRow {
    @Column(name = "external_id")
    private @Nullable String externalId;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "customer_id", updatable = false)
    private Customer customer;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "shipping_address_id")
    private CustomerAddress shippingAddress;

    @Column(nullable = false)
    @Convert(converter = OrderStatus.Column.class)
    private OrderStatus status;

    @Column(nullable = false)
    private String currency;

    @Column(name = "item_count", nullable = false)
    private int itemCount;

    @Column(name = "items_total", nullable = false, precision = Money.DIGITS, scale = Money.DECIMALS)
    private BigDecimal itemsTotal;

    @Column(name = "freight_total", precision = Money.DIGITS, scale = Money.DECIMALS)
    private @Nullable BigDecimal freightTotal;

    @Column(name = "ordered_at", nullable = false, updatable = false)
    private Instant orderedAt;

    @Column(name = "approved_at")
    private @Nullable Instant approvedAt;

    @Column(name = "shipped_at")
    private @Nullable Instant shippedAt;

    @Column(name = "delivered_at")
    private @Nullable Instant deliveredAt;

    @Column(name = "estimated_delivery_at")
    private @Nullable Instant estimatedDeliveryAt;

    @OneToMany(mappedBy = "order", cascade = CascadeType.PERSIST)
    @OrderBy("lineNo")
    private List<OrderItem> items = new ArrayList<>();

    protected Order() {}

    /** The order that a cart becomes. */
    Order(ShoppingCart cart, CustomerAddress shippingAddress, @Nullable String externalId, Instant orderedAt) {
        this.externalId = externalId;
        this.customer = cart.customer();
        this.shippingAddress = shippingAddress;
        this.status = OrderStatus.CREATED;
        this.currency = cart.getCurrency();
        this.orderedAt = orderedAt;
        for (CartItem item : cart.getItems()) {
            items.add(new OrderItem(this, items.size() + 1, item));
        }
        this.itemCount = items.size();
        this.itemsTotal = items.stream().map(OrderItem::total).reduce(Money.ZERO, BigDecimal::add);
    }

    /** @throws RefusedException if it has been sent, or is closed in another way */
    void cancel() {
        if (!status.mayBeCanceled()) {
            throw new RefusedException(
                    "Order " + getId() + " is " + status + " and cannot be canceled any more. Arrange a return.");
        }
        status = OrderStatus.CANCELED;
    }

    /** The id by which a client looks for the order; unique within the storefront. */
    public @Nullable String getExternalId() {
        return externalId;
    }

    /** Also that of a customer who was deleted since. */
    public UUID getCustomerId() {
        return customer.getId();
    }

    public UUID getShippingAddressId() {
        return shippingAddress.getId();
    }

    public OrderStatus getStatus() {
        return status;
    }

    /** ISO 4217. */
    public String getCurrency() {
        return currency;
    }

    /** The number of lines, not of pieces. */
    public int getItemCount() {
        return itemCount;
    }

    /** The sum of quantity times price; negative in imported returns. */
    public BigDecimal getItemsTotal() {
        return itemsTotal;
    }

    public @Nullable BigDecimal getFreightTotal() {
        return freightTotal;
    }

    public Instant getOrderedAt() {
        return orderedAt;
    }

    public @Nullable Instant getApprovedAt() {
        return approvedAt;
    }

    public @Nullable Instant getShippedAt() {
        return shippedAt;
    }

    public @Nullable Instant getDeliveredAt() {
        return deliveredAt;
    }

    public @Nullable Instant getEstimatedDeliveryAt() {
        return estimatedDeliveryAt;
    }

    /** By line number. Outside a unit of work only if the query fetched them. */
    public List<OrderItem> getItems() {
        return Collections.unmodifiableList(items);
    }
}
