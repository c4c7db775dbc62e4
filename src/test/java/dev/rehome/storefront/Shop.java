package dev.rehome.storefront;

import dev.rehome.cdi.RehomeExtension;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * The services in a container, above two tenants of one tier. The one place where these tests say how session factory and
 * tenants come about.
 */
final class Shop implements AutoCloseable {
    /** The method below, for {@link org.junit.jupiter.params.provider.MethodSource}. */
    static final String EVERYWHERE = "dev.rehome.storefront.Shop#everywhere";

    private static final List<String> CHILDREN_FIRST = List.of(
            "cart_items", "shopping_carts", "order_items", "orders", "customer_addresses", "customers", "storefronts");

    final CustomerService customers;
    final CartService carts;
    final OrderService orders;
    final StorefrontService storefronts;
    private final SettableClock clock;
    private final Tier tier;
    private final TestFleet fleet;
    private final DataLayer dataLayer;
    private final SeContainer container;
    private TenantId tenant;
    private TenantId other;

    private Shop(Product product, Tier tier) throws Exception {
        this.tier = tier;
        fleet = TestFleet.on(product);
        dataLayer = fleet.dataLayer(StorefrontModel.ENTITIES);
        dataLayer.sessionFactory().getStatistics().setStatisticsEnabled(true);
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addPackages(StorefrontModel.class)
                .addBeanClasses(SettableClock.class, Together.class)
                .addExtensions(new RehomeExtension(dataLayer.sessionFactory()))
                .initialize();
        customers = container.select(CustomerService.class).get();
        carts = container.select(CartService.class).get();
        orders = container.select(OrderService.class).get();
        storefronts = container.select(StorefrontService.class).get();
        clock = container.select(SettableClock.class).get();
        tenant = fleet.createTenant(tier);
        other = fleet.createTenant(tier);
    }

    /** A shop in every tier on every product, one after the other; JUnit closes them. */
    static Stream<Shop> everywhere() {
        return Stream.of(Product.values())
                .flatMap(product -> Stream.of(Tier.values()).map(tier -> open(product, tier)));
    }

    private static Shop open(Product product, Tier tier) {
        try {
            return new Shop(product, tier);
        } catch (Exception e) {
            throw new AssertionError("no shop in tier " + tier + " on " + product, e);
        }
    }

    /** Empties the storefronts: each test begins with one that has nothing but its description. */
    void empty() throws Exception {
        for (TenantId each : List.of(other, tenant)) {
            tenant = each;
            unit(() -> {
                Session session = container.select(Session.class).get();
                for (String table : CHILDREN_FIRST) {
                    session.createNativeMutationQuery("delete from " + table + " where storefront_id = :tenant")
                            .setParameter("tenant", tenant.value())
                            .executeUpdate();
                }
                return storefronts.describe("shop", "Shop", "EUR");
            });
        }
    }

    /** Later calls work for the other storefront, in the same tier. */
    void switchStorefront() {
        TenantId left = tenant;
        tenant = other;
        other = left;
    }

    TenantId tenant() {
        return tenant;
    }

    <T extends @Nullable Object> T call(Callable<T> work) throws Exception {
        return in(tenant, work);
    }

    <T extends @Nullable Object> T in(TenantId storefront, Callable<T> work) throws Exception {
        return TenantContext.call(storefront, work);
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
        return dataLayer.sessionFactory().getStatistics().getPrepareStatementCount();
    }

    int connectionsOut() {
        return dataLayer.connections().inUse();
    }

    @Override
    public void close() throws SQLException {
        try (fleet) {
            container.close();
        }
    }

    @Override
    public String toString() {
        return tier + " on " + fleet.product();
    }
}
