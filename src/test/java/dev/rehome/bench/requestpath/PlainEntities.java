package dev.rehome.bench.requestpath;

import dev.rehome.bench.requestpath.Rows.CartItemRow;
import dev.rehome.bench.requestpath.Rows.CartRow;
import dev.rehome.bench.requestpath.Rows.CustomerRow;
import dev.rehome.bench.requestpath.Rows.OrderItemRow;
import dev.rehome.bench.requestpath.Rows.OrderRow;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** The entities of an application that knows nothing of tenants. */
final class PlainEntities {
    static final List<Class<?>> ALL = List.of(Customer.class, Order.class, OrderItem.class, Cart.class, CartItem.class);

    private PlainEntities() {}

    @Entity(name = "Customer")
    @Table(name = "customers")
    static class Customer extends CustomerRow {}

    @Entity(name = "Order")
    @Table(name = "orders")
    static class Order extends OrderRow {
        @OneToMany(mappedBy = "order", cascade = CascadeType.ALL, orphanRemoval = true)
        @OrderBy("lineNo")
        List<OrderItem> items = new ArrayList<>();

        @Override
        OrderItem addItem() {
            OrderItem item = new OrderItem();
            item.order = this;
            items.add(item);
            return item;
        }
    }

    @Entity(name = "OrderItem")
    @Table(name = "order_items")
    static class OrderItem extends OrderItemRow {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @JoinColumn(name = "order_id")
        Order order;
    }

    @Entity(name = "Cart")
    @Table(name = "shopping_carts")
    static class Cart extends CartRow {
        @OneToMany(mappedBy = "cart", cascade = CascadeType.ALL, orphanRemoval = true)
        @OrderBy("lineNo")
        List<CartItem> items = new ArrayList<>();

        @Override
        List<CartItem> items() {
            return items;
        }

        @Override
        CartItem addItem() {
            CartItem item = new CartItem();
            item.cart = this;
            items.add(item);
            return item;
        }
    }

    @Entity(name = "CartItem")
    @Table(name = "cart_items")
    static class CartItem extends CartItemRow {
        @ManyToOne(fetch = FetchType.LAZY, optional = false)
        @JoinColumn(name = "cart_id")
        Cart cart;
    }
}
