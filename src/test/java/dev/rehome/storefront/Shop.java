package dev.rehome.storefront;

import dev.rehome.cdi.H2Sessions;
import dev.rehome.cdi.RehomeExtension;
import dev.rehome.schema.Changelog;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * The services in a container, on tables made by the home's changelog. The one place where these tests say how session
 * factory and tenants come about.
 */
final class Shop implements AutoCloseable {
    final CustomerService customers;
    final CartService carts;
    final OrderService orders;
    final StorefrontService storefronts;
    private final SettableClock clock;
    private final H2Sessions database;
    private final SeContainer container;
    private TenantId tenant;

    Shop() throws Exception {
        database = new H2Sessions(
                StorefrontModel.ENTITIES, connection -> Changelog.HOME.update(connection, "public", Map.of()));
        database.sessionFactory().getStatistics().setStatisticsEnabled(true);
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addPackages(StorefrontModel.class)
                .addBeanClasses(SettableClock.class, Together.class)
                .addExtensions(new RehomeExtension(database.sessionFactory()))
                .initialize();
        customers = container.select(CustomerService.class).get();
        carts = container.select(CartService.class).get();
        orders = container.select(OrderService.class).get();
        storefronts = container.select(StorefrontService.class).get();
        clock = container.select(SettableClock.class).get();
        tenant = openStorefront();
    }

    /** A described storefront; later calls work for it. */
    TenantId openStorefront() throws Exception {
        tenant = new TenantId(UUID.randomUUID());
        in(tenant, () -> storefronts.describe("shop", "Shop", "EUR"));
        return tenant;
    }

    TenantId tenant() {
        return tenant;
    }

    <T extends @Nullable Object> T call(Callable<T> work) throws Exception {
        return in(tenant, work);
    }

    <T extends @Nullable Object> T in(TenantId other, Callable<T> work) throws Exception {
        return TenantContext.call(other, work);
    }

    /** Several calls as one unit of work. */
    <T extends @Nullable Object> T unit(Callable<T> work) throws Exception {
        return call(() -> container.select(Together.class).get().call(work));
    }

    void advance(Duration duration) {
        clock.advance(duration);
    }

    Customer customer() throws Exception {
        return call(() -> customers.register(UUID.randomUUID() + "@example.com", null));
    }

    CustomerAddress address(Customer customer) throws Exception {
        return call(() -> customers.addAddress(customer.getId(), new Place("10115", "Berlin", null, "Berlin", "DE")));
    }

    /** An order with two lines. */
    Order order(Customer customer, @Nullable String externalId) throws Exception {
        CustomerAddress address = address(customer);
        return call(() -> {
            carts.add(customer.getId(), "tea", 2, new BigDecimal("3.50"));
            carts.add(customer.getId(), "cup", 1, new BigDecimal("9.99"));
            return carts.checkOut(customer.getId(), address.getId(), externalId);
        });
    }

    ShoppingCart cart(UUID id) {
        return container.select(EntityManager.class).get().find(ShoppingCart.class, id);
    }

    /** The tenant's rows in a table, counted past the services. */
    long count(String table) throws Exception {
        return unit(() -> container
                .select(Session.class)
                .get()
                .createNativeQuery("select count(*) from " + table + " where storefront_id = :tenant", Long.class)
                .setParameter("tenant", tenant.value())
                .getSingleResult());
    }

    /** As an import would. */
    void setStatus(Order order, String word) throws Exception {
        unit(() -> container
                .select(Session.class)
                .get()
                .createMutationQuery("update Order set status = :status where id = :id")
                .setParameter("status", new OrderStatus(word))
                .setParameter("id", order.getId())
                .executeUpdate());
    }

    /** Statements that were prepared so far. */
    long statements() {
        return database.sessionFactory().getStatistics().getPrepareStatementCount();
    }

    int connectionsOut() {
        return database.connectionsOut();
    }

    @Override
    public void close() {
        try (database) {
            container.close();
        }
    }
}
