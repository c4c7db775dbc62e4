package dev.rehome.storefront;

import java.util.List;

/** The storefront's entities, for whoever builds a session factory. */
public final class StorefrontModel {
    public static final List<Class<?>> ENTITIES = List.of(
            Storefront.class,
            Customer.class,
            CustomerAddress.class,
            Order.class,
            OrderItem.class,
            ShoppingCart.class,
            CartItem.class);

    private StorefrontModel() {}
}
