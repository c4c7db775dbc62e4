package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.cdi.RehomeExtension;
import dev.rehome.fence.Residency;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.storefront.Customer;
import dev.rehome.storefront.CustomerService;
import dev.rehome.storefront.StorefrontModel;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Units of work that meet a cutover, in the order of events that each test's name tells. */
class CutoverTest {
    private TestFleet fleet;
    private SessionFactory sessions;
    private SeContainer container;
    private CustomerService customers;
    private TenantId tenant;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        sessions = fleet.dataLayer(StorefrontModel.ENTITIES).sessionFactory();
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addPackages(StorefrontModel.class)
                .addExtensions(new RehomeExtension(sessions))
                .initialize();
        customers = container.select(CustomerService.class).get();
        tenant = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void close() throws SQLException {
        container.close();
        fleet.close();
    }

    static Stream<Arguments> everyIsolationAndOtherTier() {
        return Stream.of(Isolation.values())
                .flatMap(isolation -> Stream.of(Tier.SCHEMA, Tier.DATABASE).map(tier -> Arguments.of(isolation, tier)));
    }

    /** A snapshot that is taken before the wait would show the old home as it was, and write there. */
    @ParameterizedTest(name = "{0}, to {1}")
    @MethodSource("everyIsolationAndOtherTier")
    void unitWaitsAtTheFenceThenTheHomeChangesThenItReadsAndWritesInTheNewHome(Isolation isolation, Tier tier)
            throws Exception {
        Home target = target(tier);
        Customer ada = call(TransactionMode.DEFAULT, () -> customers.register("ada@example.com", null));
        TransactionMode mode = new TransactionMode(isolation, false);
        try (Relocation relocation = Relocation.begin(fleet, tenant, target)) {
            CompletableFuture<Customer> changed = CompletableFuture.supplyAsync(
                    () -> unchecked(() -> call(mode, () -> customers.changeEmail(ada.getId(), "countess@example.com"))),
                    task -> new Thread(task, "unit").start());
            relocation.awaitWaiter();
            relocation.commit();
            assertEquals(
                    "countess@example.com", changed.get(30, TimeUnit.SECONDS).getEmail());
        }
        assertEquals(1, fleet.count(target, "select count(*) from customers where email = 'countess@example.com'"));
        assertEquals(0, fleet.rowsOf(tenant, fleet.sharedHome()));
    }

    @ParameterizedTest(name = "{0}, to {1}")
    @MethodSource("everyIsolationAndOtherTier")
    void unitIsOpenThenTheFenceIsRefusedThenTheUnitEndsThenTheHomeChanges(Isolation isolation, Tier tier)
            throws Exception {
        Home target = target(tier);
        TransactionMode mode = new TransactionMode(isolation, false);
        call(mode, () -> {
            sessions.inTransaction(session -> {
                assertTrue(session.createSelectionQuery("from Customer", Customer.class)
                        .getResultList()
                        .isEmpty());
                SQLException stillIn = assertThrows(SQLException.class, this::fence);
                assertTrue(SqlState.isLockTimeout(stillIn), stillIn.toString());
            });
            return tenant;
        });
        try (Relocation relocation = Relocation.begin(fleet, tenant, target)) {
            relocation.commit();
        }
        call(mode, () -> customers.register("ada@example.com", null));
        assertEquals(1, fleet.rowsOf(tenant, target));
    }

    /** The connection goes back with the first transaction, so that the second one enters anew. */
    @Test
    void transactionEndsThenTheHomeChangesThenTheNextTransactionOfTheSameSessionIsInTheNewHome() throws Exception {
        Home target = target(Tier.SCHEMA);
        Customer ada = call(TransactionMode.DEFAULT, () -> customers.register("ada@example.com", null));
        call(TransactionMode.DEFAULT, () -> {
            try (var session = sessions.openSession()) {
                session.beginTransaction();
                session.find(Customer.class, ada.getId());
                session.getTransaction().commit();
                try (Relocation relocation = Relocation.begin(fleet, tenant, target)) {
                    relocation.commit();
                }
                session.beginTransaction();
                session.createMutationQuery("update Customer set email = 'countess@example.com'")
                        .executeUpdate();
                session.getTransaction().commit();
            }
            return tenant;
        });
        assertEquals(1, fleet.count(target, "select count(*) from customers where email = 'countess@example.com'"));
    }

    @Test
    void aUnitRunsAtTheIsolationThatItsThreadAskedFor() throws Exception {
        for (Isolation isolation : Isolation.values()) {
            assertEquals(
                    Set.of(isolation.sql()),
                    call(
                            new TransactionMode(isolation, false),
                            () -> sessions.fromTransaction(session ->
                                    Set.copyOf(session.createNativeQuery("show transaction_isolation", String.class)
                                            .getResultList()))));
        }
    }

    private Home target(Tier tier) throws SQLException {
        Home target = fleet.home(tier, tenant);
        fleet.homes().create(target);
        return target;
    }

    private void fence() throws SQLException {
        try (Connection mover = fleet.servers().open(fleet.control(), "rehome", DatabaseRole.MOVER, "test mover")) {
            mover.setAutoCommit(false);
            Residency.fence(mover, tenant, Duration.ofMillis(50));
        }
    }

    private <T> T call(TransactionMode mode, Callable<T> work) throws Exception {
        return TransactionMode.call(mode, () -> TenantContext.call(tenant, work));
    }

    private static <T> T unchecked(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
