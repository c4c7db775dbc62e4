package dev.rehome.testkit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Fence;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fleet.Provisioner;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * A directory and the homes of an application's test tenants. {@link EachTier} makes one by itself; a test that needs another
 * order of events makes it by hand. Thread-safe.
 */
public final class KitFleet implements AutoCloseable {
    private static final String SHARED_SCHEMA = "rehome_testkit";

    private final Application application;
    private final KitServer server;
    private final Home shared;
    private final Homes homes;
    private final Directory directory;
    private final Fence fence;
    private final Provisioner provisioner;

    private KitFleet(Application application, KitServer server, String sharedSchema) throws SQLException {
        this.application = application;
        this.server = server;
        this.shared = new Home(Tier.SHARED, server.control(), sharedSchema);
        this.fence = new PostgresFence(server.servers());
        this.homes =
                new Homes(server.servers(), server.control(), application.tenantColumn()).madeBy(application.tables());
        this.directory = new JdbcDirectory(() -> server.servers()
                .open(server.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "rehome testkit directory"));
        homes.createDirectory();
        this.provisioner = Provisioner.of(server.servers(), homes, directory);
        provisioner.prepare(shared);
    }

    /** @throws RehomeException (EXTERNAL) if the shared tables cannot be made on the application's server */
    public static KitFleet of(Application application) {
        return of(application, application.server(), SHARED_SCHEMA);
    }

    /** With shared tables in a schema of this name. */
    static KitFleet of(Application application, KitServer server, String sharedSchema) {
        try {
            return new KitFleet(application, server, sharedSchema);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The homes of the isolation kit cannot be made (SQLSTATE " + e.getSQLState()
                            + "). Check the logins of the application's server and that its owner may create schemas.",
                    e);
        }
    }

    /** Two new tenants in the same tier, with a data layer of their own. Close them. */
    public TwoTenants twoTenants(Tier tier) {
        return twoTenants(tier, tier);
    }

    /** Two new tenants, the first in one tier and the second in another. Close them. */
    public TwoTenants twoTenants(Tier first, Tier second) {
        TenantId a = create(first);
        TenantId b = create(second);
        DataLayer.Builder layer = DataLayer.builder(server.servers(), directory, fence)
                .entities(application.entities())
                .tenantColumn(application.tenantColumn());
        application.configure(layer);
        return new TwoTenants(this, layer.build(), a, b);
    }

    private TenantId create(Tier tier) {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        provisioner.create(tenant, "testkit " + tier, home(tier, tenant));
        return tenant;
    }

    private Home home(Tier tier, TenantId tenant) {
        String own = "testkit_" + tenant.toString().replace('-', '_');
        return switch (tier) {
            case SHARED -> shared;
            case SCHEMA -> new Home(tier, server.control(), own);
            case DATABASE -> new Home(tier, new Database(server.control().server(), own), "testkit");
        };
    }

    Home homeOf(TenantId tenant) {
        return directory.find(tenant).orElseThrow().home();
    }

    void drop(Home home) throws SQLException {
        if (home.tier() != Tier.SHARED) {
            homes.drop(home);
        }
    }

    Application application() {
        return application;
    }

    Servers servers() {
        return server.servers();
    }

    Directory directory() {
        return directory;
    }

    Fence fence() {
        return fence;
    }

    Witness witness() {
        return server.witness();
    }

    /** Drops the shared tables. Entries of the directory stay: there is no way to forget a tenant. */
    @Override
    public void close() throws SQLException {
        try (Connection connection = server.servers().open(shared, DatabaseRole.OWNER, "rehome testkit");
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema " + SqlNames.quote(shared.schema()) + " cascade");
        }
    }
}
