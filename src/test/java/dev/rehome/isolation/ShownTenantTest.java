package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tenant in {@code pg_stat_activity} and the server's log, where the operator wants it there. */
class ShownTenantTest {
    private static final String SHOWN = "select application_name from pg_stat_activity where pid = pg_backend_pid()";

    @Test
    void aTransactionShowsItsTenantToTheServerWhereThatIsSwitchedOn() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            String application =
                    fleet.servers().login(PostgresServer.NAME, DatabaseRole.APP).user();
            fleet.execute("alter role " + application + " in database "
                    + fleet.control().name() + " set rehome.show_tenant = 'on'");
            DataLayer layer = fleet.dataLayer(List.of());
            TenantId ann = fleet.createTenant(Tier.SHARED);
            TenantId bob = fleet.createTenant(Tier.SHARED);

            for (TenantId tenant : List.of(ann, bob, ann)) {
                String shown = shown(layer, tenant);
                assertEquals("tenant=" + tenant, shown.substring(shown.indexOf("tenant=")), shown);
            }

            // And it ends with the transaction.
            assertEquals(
                    0,
                    fleet.count(
                            fleet.sharedHome(),
                            "select count(*) from pg_stat_activity where application_name like '%tenant=%'"));
        }
    }

    @Test
    void aTransactionShowsNoTenantUnlessThatIsSwitchedOn() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            DataLayer layer = fleet.dataLayer(List.of());

            assertFalse(shown(layer, fleet.createTenant(Tier.SCHEMA)).contains("tenant="));
        }
    }

    private static String shown(DataLayer layer, TenantId tenant) throws Exception {
        return TenantContext.call(
                tenant,
                () -> layer.sessionFactory()
                        .fromTransaction(session ->
                                session.createNativeQuery(SHOWN, String.class).getSingleResult()));
    }
}
