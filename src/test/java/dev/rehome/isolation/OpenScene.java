package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.hibernate.DataLayer;
import dev.rehome.isolation.OpenRows.Address;
import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.isolation.OpenRows.Order;
import dev.rehome.isolation.OpenRows.OrderItem;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * A victim with a customer, an address, an order and its item, and an attacker with the same; each in a home of some
 * tier. Attacks are committed unless they are refused, and whatever they were, the victim's rows must be as before.
 */
final class OpenScene implements AutoCloseable {
    /** The method below, for {@link org.junit.jupiter.params.provider.MethodSource}. */
    static final String ON_H2 = "dev.rehome.isolation.OpenScene#onH2";

    private static final List<String> TABLES = List.of("customers", "customer_addresses", "orders", "order_items");

    final TestFleet fleet;
    final TenantId victim;
    final TenantId attacker;
    final Belongings victims;
    final Belongings attackers;
    private final SessionFactory sessions;
    private final String description;
    private final String before;

    /** The ids of what one tenant has. */
    record Belongings(UUID customer, UUID address, UUID order, UUID item) {}

    OpenScene(Product product, Tier victimTier, Tier attackerTier) throws SQLException {
        description = attackerTier + " attacks " + victimTier + " on " + product;
        fleet = TestFleet.on(product);
        DataLayer layer = fleet.dataLayer(OpenRows.ENTITIES);
        sessions = layer.sessionFactory();
        victim = fleet.createTenant(victimTier);
        attacker = fleet.createTenant(attackerTier);
        victims = furnish(victim);
        attackers = furnish(attacker);
        before = rowsOfVictim();
    }

    static Stream<OpenScene> onH2() {
        return Stream.of(
                        new Tier[] {Tier.SHARED, Tier.SHARED},
                        new Tier[] {Tier.SCHEMA, Tier.SCHEMA},
                        new Tier[] {Tier.DATABASE, Tier.DATABASE},
                        new Tier[] {Tier.SHARED, Tier.SCHEMA},
                        new Tier[] {Tier.SCHEMA, Tier.SHARED})
                .map(pair -> open(Product.H2, pair[0], pair[1]));
    }

    private static OpenScene open(Product product, Tier victim, Tier attacker) {
        try {
            return new OpenScene(product, victim, attacker);
        } catch (SQLException e) {
            throw new AssertionError("no scene on " + product, e);
        }
    }

    private Belongings furnish(TenantId tenant) {
        return as(tenant, session -> {
            Customer customer = OpenRows.customer(UUID.randomUUID(), "somebody@example.com");
            Address address = OpenRows.address(customer);
            Order order = OpenRows.order(customer, address);
            OrderItem item = OpenRows.item(order);
            List.of(customer, address, order, item).forEach(session::persist);
            return new Belongings(customer.id, address.id, order.id, item.id);
        });
    }

    /** One transaction of the attacker's. */
    <T extends @Nullable Object> T attack(Function<Session, T> work) {
        return as(attacker, work);
    }

    /** As {@link #attack}, for a statement that says how many rows it has changed. */
    int rowsChanged(ToIntFunction<Session> work) {
        return as(attacker, work::applyAsInt);
    }

    <T extends @Nullable Object> T attackStateless(Function<StatelessSession, T> work) {
        return inContext(attacker, () -> sessions.fromStatelessTransaction(work));
    }

    /** One transaction of the attacker's that must fail. */
    PersistenceException refused(Consumer<Session> work) {
        return assertThrows(
                PersistenceException.class, () -> TenantContext.run(attacker, () -> sessions.inTransaction(work)));
    }

    /** One transaction of the attacker's that may fail or find nothing to do: that is Hibernate's choice. */
    void attempt(Consumer<Session> work) {
        try {
            TenantContext.run(attacker, () -> sessions.inTransaction(work));
        } catch (PersistenceException refused) {
            assertTrue(refused.getMessage() != null, "refused without a reason");
        }
    }

    PersistenceException refusedStateless(Consumer<StatelessSession> work) {
        return assertThrows(
                PersistenceException.class,
                () -> TenantContext.run(attacker, () -> sessions.inStatelessTransaction(work)));
    }

    /** What the attacker has got hold of: an entity of the victim's, detached. */
    <T> T stolen(Class<T> type, UUID id) {
        return as(victim, session -> session.find(type, id));
    }

    Home home(TenantId tenant) {
        return fleet.directory().find(tenant).orElseThrow().home();
    }

    boolean inOneHome() {
        return home(victim).equals(home(attacker));
    }

    void assertVictimUntouched() throws SQLException {
        assertEquals(before, rowsOfVictim());
    }

    private <T extends @Nullable Object> T as(TenantId tenant, Function<Session, T> work) {
        return inContext(tenant, () -> sessions.fromTransaction(work));
    }

    private static <T extends @Nullable Object> T inContext(TenantId tenant, Supplier<T> work) {
        try {
            return TenantContext.call(tenant, work::get);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("nothing checked is thrown", e);
        }
    }

    /** Everything that is marked as the victim's, in its own home and in the attacker's. */
    private String rowsOfVictim() throws SQLException {
        return rowsOfVictim(home(victim)) + (inOneHome() ? "" : rowsOfVictim(home(attacker)));
    }

    private String rowsOfVictim(Home home) throws SQLException {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                rows.append(home).append(' ').append(table).append('\n');
                try (ResultSet row = statement.executeQuery("select * from " + SqlNames.quote(home.schema(), table)
                        + " where storefront_id = '" + victim + "' order by id")) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            rows.append(row.getString(i)).append('|');
                        }
                        rows.append('\n');
                    }
                }
            }
        }
        return rows.toString();
    }

    @Override
    public void close() throws SQLException {
        fleet.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
