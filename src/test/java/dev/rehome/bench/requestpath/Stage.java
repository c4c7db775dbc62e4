package dev.rehome.bench.requestpath;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

/**
 * The tables of all variants, on one server, filled with the same rows: a tenant in each tier of ours, its neighbours in
 * the shared tables, and the peers' tables with the rows of the shared tenant. Closing it drops them.
 */
final class Stage implements AutoCloseable {
    /** Schemas of the variants without Rehome, in the database of the shared home. */
    static final String PLAIN_SCHEMA = "plain";

    static final String TENANT_ID_SCHEMA = "tenant_id";
    static final String MAPPED_SCHEMA = "mapped";

    private final TestFleet fleet;
    private final Map<Tier, TenantId> tenants = new EnumMap<>(Tier.class);

    private Stage(TestFleet fleet) {
        this.fleet = fleet;
    }

    /** @param neighbours how many other tenants of the same size live in the shared tables */
    static Stage set(SampleRows rows, int neighbours) throws SQLException {
        Stage stage = new Stage(TestFleet.onPostgres());
        boolean set = false;
        try {
            stage.fill(rows, neighbours);
            set = true;
            return stage;
        } finally {
            if (!set) {
                stage.close();
            }
        }
    }

    private void fill(SampleRows rows, int neighbours) throws SQLException {
        for (Tier tier : Tier.values()) {
            tenants.put(tier, create(tier, rows));
        }
        for (int i = 0; i < neighbours; i++) {
            create(Tier.SHARED, rows);
        }
        Home shared = fleet.sharedHome();
        String reader =
                fleet.servers().login(PostgresServer.NAME, DatabaseRole.APP).user();
        try (Connection administrator = fleet.administrator(shared)) {
            PeerTables.createForOne(administrator, shared, PLAIN_SCHEMA, reader, tenant(Tier.SHARED));
            PeerTables.createForOne(administrator, shared, MAPPED_SCHEMA, reader, tenant(Tier.SHARED));
            PeerTables.createForAll(administrator, shared, TENANT_ID_SCHEMA, reader);
        }
        vacuum(shared);
        vacuum(fleet.home(Tier.DATABASE, tenant(Tier.DATABASE)));
    }

    private TenantId create(Tier tier, SampleRows rows) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        try (Connection administrator = fleet.administrator(fleet.home(tier, tenant))) {
            rows.fill(administrator, tenant);
        }
        return tenant;
    }

    /** Leaves no statistics to be gathered and no hints to be written while it is measured. */
    private void vacuum(Home home) throws SQLException {
        try (Connection administrator = fleet.administrator(home);
                Statement statement = administrator.createStatement()) {
            statement.execute("vacuum (analyze)");
            statement.execute("checkpoint");
        }
    }

    TestFleet fleet() {
        return fleet;
    }

    /** Where the server listens. */
    String authority() {
        return fleet.servers().get(PostgresServer.NAME).url().authority();
    }

    /** Whose transactions are measured in this tier. */
    TenantId tenant(Tier tier) {
        TenantId tenant = tenants.get(tier);
        if (tenant == null) {
            throw new IllegalStateException("The stage is not set.");
        }
        return tenant;
    }

    /** A setting of the server's, such as {@code fsync}. */
    String show(String setting) throws SQLException {
        try (Connection administrator = fleet.administrator(fleet.sharedHome());
                Statement statement = administrator.createStatement();
                ResultSet row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        fleet.close();
    }
}
