package dev.rehome.testkit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a test must not leave behind, whatever it was about. */
final class Leaks {
    private final TwoTenants tenants;
    private final List<String> found = new ArrayList<>();

    private Leaks(TwoTenants tenants) {
        this.tenants = tenants;
    }

    /** @throws AssertionError naming all that was left behind */
    static void assertNone(TwoTenants tenants) {
        Leaks leaks = new Leaks(tenants);
        leaks.lookAtThisProcess();
        leaks.lookForTransactions(tenants.a());
        leaks.lookForTransactions(tenants.b());
        leaks.lookForStrays(tenants.a(), tenants.b());
        leaks.lookForStrays(tenants.b(), tenants.a());
        if (!leaks.found.isEmpty()) {
            throw new AssertionError("The test has left behind: " + String.join("; ", leaks.found) + ".");
        }
    }

    private void lookAtThisProcess() {
        int connections = tenants.layer().connections().inUse();
        if (connections > 0) {
            found.add(connections + " connections that are handed out: close every session");
        }
        TenantContext.current()
                .ifPresent(bound -> found.add("tenant " + bound + ", bound to the thread: end its context"));
    }

    /** Whoever has entered holds the tenant's lock until its transaction ends. */
    private void lookForTransactions(TenantScope tenant) {
        try (Connection connection = tenants.fleet().witness().open(tenant.home())) {
            for (Residency.Holder holder : Residency.holders(connection, tenant.id())) {
                found.add("a transaction of tenant " + tenant.id() + " on the server, " + holder
                        + ": commit it or roll it back");
            }
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "It cannot be seen who is in " + tenant.home() + " (SQLSTATE " + e.getSQLState()
                            + "). Give the kit a witness that may read pg_stat_activity.",
                    e);
        }
    }

    private void lookForStrays(TenantScope tenant, TenantScope other) {
        Home home = other.home();
        if (home.equals(tenant.home())) {
            return;
        }
        Map<String, Long> strays = strays(tenant.id(), home);
        if (!strays.isEmpty()) {
            found.add("rows of tenant " + tenant.id() + " in the home of tenant " + other.id() + ", " + strays);
        }
    }

    private Map<String, Long> strays(TenantId tenant, Home home) {
        try (Rows rows = new Rows(
                tenants.fleet().witness(), tenants.fleet().application().tenantColumn())) {
            return rows.counted(tenant, home);
        }
    }
}
