package dev.rehome.storefront;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.util.UUID;

/** A product in a cart. */
@Entity
@Table(name = "cart_items")
public class CartItem extends TenantRow {
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "cart_id", updatable = false)
    private ShoppingCart cart;

    @Column(name = "line_no", nullable = false)
    private int lineNo;

    @Column(name = "product_id", nullable = false)
    private String productId;

    @Column(nullable = false)
    private int quantity;

    @Column(name = "unit_price", nullable = false, precision = Money.DIGITS, scale = Money.DECIMALS)
    private BigDecimal unitPrice;

    protected CartItem() {}

    CartItem(ShoppingCart cart, int lineNo, String productId, int quantity, BigDecimal unitPrice) {
        this.cart = cart;
        this.lineNo = lineNo;
        this.productId = productId;
        this.quantity = quantity;
        this.unitPrice = unitPrice;
    }

    void change(int newQuantity, BigDecimal newUnitPrice) {
        quantity = newQuantity;
        unitPrice = newUnitPrice;
    }

    public UUID getCartId() {
        return cart.getId();
    }

    public int getLineNo() {
        return lineNo;
    }

    /** The source's own text, which need not be a UUID. */
    public String getProductId() {
        return productId;
    }

    public int getQuantity() {
        return quantity;
    }

    public BigDecimal getUnitPrice() {
        return unitPrice;
    }
}
