package dev.rehome.automation;

import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;

/** Says how large a tenant is, where nobody has counted. */
final class Measured {
    private Measured() {}

    static void customers(TestFleet fleet, TenantId tenant, long customers) throws SQLException {
        fleet.execute("insert into rehome_directory.tenant_size (tenant_id, exact, tables, row_counts, bytes) values ('"
                + tenant + "', true, '{customers}', '{" + customers + "}', " + customers * 100 + ")"
                + " on conflict (tenant_id) do update set row_counts = excluded.row_counts, measured_at = now()");
    }
}
