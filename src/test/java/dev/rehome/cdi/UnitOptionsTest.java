package dev.rehome.cdi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.placement.Tier;
import dev.rehome.storefront.StorefrontModel;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import org.hibernate.JDBCException;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UnitOptionsTest {
    private static TestFleet fleet;
    private static SeContainer container;
    private static TenantId tenant;

    /** Says how its unit runs. */
    @ApplicationScoped
    @Transactional
    @UnitOptions(isolation = Isolation.SERIALIZABLE)
    static class Looking {
        private final Session session;
        private final Writing writing;

        @Inject
        Looking(Session session, Writing writing) {
            this.session = session;
            this.writing = writing;
        }

        public String ofTheClass() {
            return show();
        }

        @UnitOptions(isolation = Isolation.REPEATABLE_READ)
        public String ofTheMethod() {
            return show();
        }

        public String ofANewUnitInside() {
            return writing.showInNewUnit() + " in " + show();
        }

        public String ofAJoinedCall() {
            return writing.show();
        }

        private String show() {
            return session.createNativeQuery("show transaction_isolation", String.class)
                    .getSingleResult();
        }
    }

    /** Has no options on its class. */
    @ApplicationScoped
    static class Writing {
        private final Session session;

        @Inject
        Writing(Session session) {
            this.session = session;
        }

        @Transactional
        public String show() {
            return session.createNativeQuery("show transaction_isolation", String.class)
                    .getSingleResult();
        }

        @Transactional(Transactional.TxType.REQUIRES_NEW)
        public String showInNewUnit() {
            return show();
        }

        @Transactional
        @UnitOptions(readOnly = true)
        public int write() {
            return session.createNativeMutationQuery("update customers set version = 1")
                    .executeUpdate();
        }
    }

    @BeforeAll
    static void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        tenant = fleet.createTenant(Tier.SCHEMA);
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(Looking.class, Writing.class)
                .addExtensions(new RehomeExtension(
                        fleet.dataLayer(StorefrontModel.ENTITIES).sessionFactory()))
                .initialize();
    }

    @AfterAll
    static void close() throws SQLException {
        container.close();
        fleet.close();
    }

    @Test
    void aUnitRunsAtTheIsolationOfItsClassOrMethod() throws Exception {
        Looking looking = container.select(Looking.class).get();
        assertEquals("serializable", TenantContext.call(tenant, looking::ofTheClass));
        assertEquals("repeatable read", TenantContext.call(tenant, looking::ofTheMethod));
    }

    @Test
    void aNewUnitDoesNotInheritTheOptionsOfTheOneItSuspends() throws Exception {
        Looking looking = container.select(Looking.class).get();
        assertEquals("read committed in serializable", TenantContext.call(tenant, looking::ofANewUnitInside));
    }

    @Test
    void aCallThatJoinsAUnitRunsAsThatDoes() throws Exception {
        Looking looking = container.select(Looking.class).get();
        assertEquals("serializable", TenantContext.call(tenant, looking::ofAJoinedCall));
    }

    @Test
    void aReadOnlyUnitCannotWrite() {
        Writing writing = container.select(Writing.class).get();
        JDBCException refused = assertThrows(JDBCException.class, () -> TenantContext.call(tenant, writing::write));
        assertEquals("25006", refused.getSQLState());
    }
}
