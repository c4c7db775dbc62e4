package dev.rehome.testkit;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Roles;
import dev.rehome.storefront.Customer;
import dev.rehome.storefront.Order;
import dev.rehome.storefront.OrderItem;
import dev.rehome.storefront.StorefrontApplication;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.Templates;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.hibernate.SessionFactory;

/** Attacks on storefronts from whose homes protections were taken away, with a login role of their own. */
final class ProtectionRuns implements AutoCloseable {
    private static final Login APP = new Login(
            "testkit_app_" + ProcessHandle.current().pid(), UUID.randomUUID().toString());

    private final PostgresServer postgres = PostgresServer.get();
    private final String database = postgres.createDatabase();
    private final KitServer server;
    private int sharedHomes;

    ProtectionRuns() throws SQLException {
        Server plain = postgres.server(PostgresServer.NAME, "test", database);
        Map<DatabaseRole, Login> logins = new EnumMap<>(plain.logins());
        logins.put(DatabaseRole.APP, APP);
        try (Connection administrator = postgres.administrator(database)) {
            Roles.create(administrator, Map.of(DatabaseRole.APP, APP));
        }
        server = KitServer.of(
                        Servers.of(new Server(plain.name(), plain.region(), plain.url(), logins)),
                        new Database(PostgresServer.NAME, database))
                .seenBy(this::administrator);
    }

    private Connection administrator(Home home) throws SQLException {
        Connection connection = postgres.administrator(home.database().name());
        connection.setSchema(home.schema());
        return connection;
    }

    /** On all entities, with every protection in place. */
    AttackReport untouched(Tier tier) {
        KitFleet fleet = newFleet();
        try (TwoTenants tenants = fleet.twoTenants(tier)) {
            return tenants.attacks().run();
        }
    }

    /** On customers, who refer to nobody, orders and their items. The rows are made before anything is taken away: a pool proves its isolation only once. */
    AttackReport without(Removal removal, Tier tier) throws SQLException {
        KitFleet fleet = newFleet();
        try (TwoTenants tenants = fleet.twoTenants(tier);
                SessionFactory loose = LooseSessions.open(tenants, removal.protections());
                AttackSuite.Prepared suite = tenants.attacks()
                        .through(loose)
                        .on(Customer.class, Order.class, OrderItem.class)
                        .prepare();
                TakenAway taken = new TakenAway(tenants, this::administrator, APP.user())) {
            for (Protection protection : removal.protections()) {
                taken.remove(protection);
            }
            return suite.run();
        }
    }

    /** Each with shared tables of its own, which are as they should be. */
    private KitFleet newFleet() {
        return KitFleet.of(new StorefrontApplication(), server, "shared_" + ++sharedHomes);
    }

    @Override
    public void close() throws SQLException {
        postgres.dropDatabase(database);
        try (Connection administrator = postgres.administrator("postgres");
                Statement statement = administrator.createStatement()) {
            Templates.drop(administrator); // they have grants to the role
            statement.execute("drop owned by " + SqlNames.quote(APP.user()));
            statement.execute("drop role " + SqlNames.quote(APP.user()));
        }
    }
}
