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
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a customer is about to buy. One line per product. */
@Entity
@Table(name = "shopping_carts")
public class ShoppingCart extends TenantRow {
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "customer_id", updatable = false)
    private Customer customer;

    /** The order that the cart became. Imported carts were derived from it, hence the column's name. */
    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "derived_from_order_id")
    private @Nullable Order order;

    @Column(nullable = false)
    @Convert(converter = CartStatus.Column.class)
    private CartStatus status;

    @Column(nullable = false)
    private String currency;

    @Column(name = "created_at", nullable = false, updatable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    @OneToMany(mappedBy = "cart", cascade = CascadeType.ALL, orphanRemoval = true)
    @OrderBy("lineNo")
    private List<CartItem> items = new ArrayList<>();

    protected ShoppingCart() {}

    ShoppingCart(Customer customer, String currency, Instant now) {
        this.customer = customer;
        this.status = CartStatus.OPEN;
        this.currency = currency;
        this.createdAt = now;
        this.updatedAt = now;
    }

    /** More of a product; the price is the newest one. */
    void add(String productId, int quantity, BigDecimal unitPrice, Instant now) {
        Optional<CartItem> present = item(productId);
        if (present.isPresent()) {
            present.get().change(Math.addExact(present.get().getQuantity(), quantity), unitPrice);
        } else {
            int lastLine = items.stream().mapToInt(CartItem::getLineNo).max().orElse(0);
            items.add(new CartItem(this, lastLine + 1, productId, quantity, unitPrice));
        }
        updatedAt = now;
    }

    void changeQuantity(String productId, int quantity, Instant now) {
        CartItem item = required(productId);
        item.change(quantity, item.getUnitPrice());
        updatedAt = now;
    }

    void remove(String productId, Instant now) {
        items.remove(required(productId));
        updatedAt = now;
    }

    /** @throws RefusedException if the cart is empty */
    Order checkOut(CustomerAddress shippingAddress, @Nullable String externalId, Instant now) {
        if (items.isEmpty()) {
            throw new RefusedException("The cart is empty. Put something in first.");
        }
        Order placed = new Order(this, shippingAddress, externalId, now);
        order = placed;
        status = CartStatus.CHECKED_OUT;
        updatedAt = now;
        return placed;
    }

    Customer customer() {
        return customer;
    }

    private Optional<CartItem> item(String productId) {
        return items.stream()
                .filter(item -> item.getProductId().equals(productId))
                .findFirst();
    }

    private CartItem required(String productId) {
        return item(productId).orElseThrow(() -> new NotFoundException("product in the cart", productId));
    }

    public UUID getCustomerId() {
        return customer.getId();
    }

    /** The order that the cart became; empty while it is open. */
    public Optional<UUID> getOrderId() {
        return Optional.ofNullable(order).map(Order::getId);
    }

    public CartStatus getStatus() {
        return status;
    }

    /** ISO 4217. */
    public String getCurrency() {
        return currency;
    }

    public Instant getCreatedAt() {
        return createdAt;
    }

    public Instant getUpdatedAt() {
        return updatedAt;
    }

    /** By line number, which may have gaps. Outside a unit of work only if the query fetched them. */
    public List<CartItem> getItems() {
        return Collections.unmodifiableList(items);
    }
}
