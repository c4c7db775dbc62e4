package dev.rehome.storefront;

import dev.rehome.hibernate.DataLayer;
import dev.rehome.tenant.TenantId;
import dev.rehome.testkit.Application;
import dev.rehome.testkit.Samples;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

/** The storefront as its isolation is tested. */
public class StorefrontApplication implements Application {
    private static final Instant LONG_AGO = Instant.parse("2020-02-02T20:20:20Z");

    @Override
    public Collection<Class<?>> entities() {
        return StorefrontModel.ENTITIES;
    }

    @Override
    public void configure(DataLayer.Builder layer) {
        layer.setting("hibernate.current_session_context_class", "thread");
    }

    @Override
    public void samples(Samples samples) {
        samples.of(
                        Storefront.class,
                        made -> new Storefront(
                                TenantId.of(UUID.randomUUID()), "s" + made.number(), "A shop", "EUR", LONG_AGO))
                .of(Customer.class, made -> new Customer(made.number() + "@example.com", "c" + made.number(), LONG_AGO))
                .of(
                        CustomerAddress.class,
                        made -> new CustomerAddress(made.one(Customer.class), Place.UNKNOWN, LONG_AGO),
                        address -> address.correct(new Place("10115", "Berlin", null, null, "DE")))
                .of(ShoppingCart.class, made -> new ShoppingCart(made.one(Customer.class), "EUR", LONG_AGO))
                .of(
                        CartItem.class,
                        made -> new CartItem(made.one(ShoppingCart.class), made.number(), "tea", 1, BigDecimal.TEN))
                .of(
                        Order.class,
                        made -> new Order(
                                new ShoppingCart(made.one(Customer.class), "EUR", LONG_AGO),
                                made.one(CustomerAddress.class),
                                "o" + made.number(),
                                LONG_AGO))
                .of(
                        OrderItem.class,
                        made -> new OrderItem(made.one(Order.class), made.number(), made.one(CartItem.class)));
    }
}
