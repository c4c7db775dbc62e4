package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.isolation.OpenRows.Customer;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.NoTenantException;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Hibernate does silently wrong by itself, or would if its settings were others. On PostgreSQL and H2. */
@ParameterizedClass
@EnumSource
class SessionTrapsTest {
    private final Product product;
    private TestFleet fleet;
    private SessionFactory sessions;

    SessionTrapsTest(Product product) {
        this.product = product;
    }

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.on(product);
        sessions = fleet.dataLayer(OpenRows.ENTITIES).sessionFactory();
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource
    void aStatelessWriteOutsideATransactionIsRefusedAndRolledBack(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        RehomeException refused = assertThrows(
                RehomeException.class,
                () -> TenantContext.run(tenant, () -> {
                    try (var session = sessions.openStatelessSession()) {
                        session.insert(OpenRows.customer(UUID.randomUUID(), "lost@example.com"));
                    }
                }));
        assertEquals(ErrorKind.USER, refused.kind());
        assertTrue(refused.getMessage().contains("without a transaction"), refused.getMessage());
        assertEquals(0, fleet.count(fleet.home(tier, tenant), "select count(*) from customers"));
    }

    @Test
    void aJdbcWriteOutsideATransactionIsRefusedAndRolledBack() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        RehomeException refused = assertThrows(
                RehomeException.class,
                () -> TenantContext.run(tenant, () -> {
                    try (Session session = sessions.openSession()) {
                        session.doWork(connection -> {
                            try (Statement statement = connection.createStatement()) {
                                statement.execute("insert into customers (storefront_id, id, created_at) values ('"
                                        + tenant + "', '" + UUID.randomUUID() + "', current_timestamp)");
                            }
                        });
                    }
                }));
        assertTrue(refused.getMessage().contains("without a transaction"), refused.getMessage());
        assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
    }

    @Test
    void aReadOutsideATransactionIsServed() {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        TenantContext.run(tenant, () -> {
            try (Session session = sessions.openSession()) {
                assertEquals(
                        List.of(),
                        session.createSelectionQuery("from Customer", Customer.class)
                                .getResultList());
            }
        });
    }

    @Test
    void withoutATenantThereIsNoSession() {
        assertThrows(NoTenantException.class, sessions::openSession);
        assertThrows(NoTenantException.class, sessions::openStatelessSession);
    }

    @Test
    void secondLevelAndQueryCacheAreOff() {
        var options = sessions.unwrap(SessionFactoryImplementor.class).getSessionFactoryOptions();
        assertFalse(options.isSecondLevelCacheEnabled());
        assertFalse(options.isQueryCacheEnabled());
    }

    @Test
    void whatKeepsTenantsApartCannotBeSetOtherwise() {
        DataLayer.Builder builder = DataLayer.builder(fleet.servers(), fleet.directory(), fleet.fence());
        for (String setting : List.of(
                "hibernate.connection.provider_disables_autocommit",
                "hibernate.connection.handling_mode",
                "hibernate.connection.isolation",
                "hibernate.multi_tenant_connection_provider",
                "hibernate.tenant_identifier_resolver",
                "hibernate.multi_tenant.schema_mapper",
                "hibernate.default_schema",
                "hibernate.default_catalog",
                "hibernate.cache.keys_factory")) {
            RehomeException refused =
                    assertThrows(RehomeException.class, () -> builder.setting(setting, "anything"), setting);
            assertEquals(ErrorKind.CONFIGURATION, refused.kind());
            assertTrue(refused.getMessage().contains(setting), refused.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadOnlySessionEntersAndReadsAtEveryIsolation(Isolation isolation) throws Exception {
        for (Tier tier : Tier.values()) {
            TenantId tenant = fleet.createTenant(tier);
            UUID id = UUID.randomUUID();
            TenantContext.run(
                    tenant,
                    () -> sessions.inTransaction(session -> session.persist(OpenRows.customer(id, "a@example.com"))));
            Customer read = TransactionMode.call(
                    new TransactionMode(isolation, false),
                    () -> readOnly(tenant, session -> session.find(Customer.class, id)));
            assertEquals("a@example.com", read.email);
        }
    }

    /** On H2 nobody refuses it: there a read-only session only does not flush. */
    @ParameterizedTest
    @EnumSource
    void onPostgresAReadOnlySessionCannotWriteByAnyRoad(Tier tier) {
        assumeTrue(product == Product.POSTGRESQL);
        TenantId tenant = fleet.createTenant(tier);
        PersistenceException refused = assertThrows(
                PersistenceException.class,
                () -> readOnly(
                        tenant,
                        session -> session.doReturningWork(connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.executeUpdate("delete from customers");
                            }
                        })));
        assertEquals("25006", SqlStates.of(refused));
    }

    private <T> T readOnly(TenantId tenant, Function<Session, T> work) throws Exception {
        return TenantContext.call(tenant, () -> {
            try (Session session = sessions.withOptions().readOnly(true).openSession()) {
                session.beginTransaction();
                T result = work.apply(session);
                session.getTransaction().commit();
                return result;
            }
        });
    }
}
