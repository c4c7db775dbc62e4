package dev.rehome.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StrategyConfig;
import dev.rehome.config.StrategyFile;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.jdbc.Forwarding;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HomesTest {
    private final PostgresServer server = PostgresServer.get();
    private String control;
    private Servers servers;
    private Homes homes;

    @BeforeEach
    void createControlDatabase() throws SQLException {
        control = server.createDatabase();
        servers = server.servers(control);
        homes = new Homes(servers, new Database(PostgresServer.NAME, control), "storefront_id");
    }

    @AfterEach
    void dropDatabases() throws SQLException {
        server.dropDatabase(control);
        server.dropDatabase(control + "_own");
    }

    /** Liquibase takes a changeset for committed then, and has not recorded it. */
    @ParameterizedTest
    @ValueSource(strings = {"rehome_directory", "rehome"})
    void whatIsCutOffBeforeAChangesetIsRecordedLeavesNothingAndIsDoneAgain(String schema) throws SQLException {
        Homes cut = homes.reachedBy(servers.openedBy(cutAt(5, "INSERT INTO " + schema + ".databasechangelog ")));

        assertThrows(RehomeException.class, () -> bringUp(cut, schema));

        assertEquals(0, tables(schema));
        bringUp(homes, schema);
        assertTrue(tables(schema) > 5);
    }

    private void bringUp(Homes by, String schema) throws SQLException {
        if (schema.equals(Homes.DATABASE_SCHEMA)) {
            by.bringUp(new Database(PostgresServer.NAME, control));
        } else {
            by.createDirectory();
        }
    }

    private int tables(String schema) throws SQLException {
        try (Connection connection = server.administrator(control);
                ResultSet tables = connection.getMetaData().getTables(null, schema, null, new String[] {"TABLE"})) {
            int count = 0;
            while (tables.next()) {
                count++;
            }
            return count;
        }
    }

    /** Connections that are lost at such a statement, when it comes for the n-th time. */
    private static Servers.Opener cutAt(int number, String beginning) {
        AtomicInteger left = new AtomicInteger(number);
        return (url, properties) -> {
            Connection physical = DriverManager.getConnection(url, properties);
            return Forwarding.to(
                    (self, method, arguments) -> {
                        Object result = Forwarding.call(physical, method, arguments);
                        return result instanceof Statement statement
                                ? Forwarding.to(
                                        (statementSelf, call, bound) -> {
                                            if (bound != null
                                                    && String.valueOf(bound[0]).startsWith(beginning)
                                                    && left.decrementAndGet() == 0) {
                                                physical.abort(Runnable::run);
                                            }
                                            return Forwarding.call(statement, call, bound);
                                        },
                                        method.getReturnType())
                                : result;
                    },
                    Connection.class);
        };
    }

    @ParameterizedTest
    @EnumSource
    void theSameChangelogMakesAHomeOfEveryTierWithEveryTableProtected(Tier tier) throws SQLException {
        Home home = home(tier);

        homes.create(home);

        try (Connection connection = server.administrator(home.database().name())) {
            assertEquals(
                    List.of(
                                    "storefronts",
                                    "customers",
                                    "customer_addresses",
                                    "orders",
                                    "shopping_carts",
                                    "cart_items",
                                    "order_items")
                            .stream()
                            .sorted()
                            .toList(),
                    TenantTables.read(connection, home.schema(), "storefront_id").parentsFirst().stream()
                            .map(TenantTable::name)
                            .sorted()
                            .toList());
            assertEquals(
                    7,
                    count(
                            connection,
                            "select count(*) from pg_class where relnamespace = '" + home.schema()
                                    + "'::regnamespace and relkind = 'r' and relrowsecurity and relforcerowsecurity"
                                    + " and exists (select from pg_policy where polrelid = pg_class.oid)"
                                    + " and exists (select from pg_trigger where tgrelid = pg_class.oid and tgname = 'rehome_capture' and tgenabled = 'A')"));
        }
        homes.create(home);
        assertTrue(homes.exists(home));
        if (tier != Tier.SHARED) {
            homes.drop(home);
            assertFalse(homes.exists(home));
        }
    }

    @Test
    void aTemplateThatSomebodyHasOpenedIsMadeAnew() throws SQLException {
        Home home = home(Tier.DATABASE);
        homes.create(home);
        homes.drop(home);
        try (Connection connection = server.administrator(control);
                Statement statement = connection.createStatement()) {
            List<String> templates = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(
                    "select datname from pg_database where starts_with(datname, 'rehome_template_')")) {
                while (row.next()) {
                    templates.add(row.getString(1));
                }
            }
            assertFalse(templates.isEmpty());
            for (String template : templates) {
                statement.execute("alter database " + template + " with allow_connections true");
            }
        }

        new Homes(servers, new Database(PostgresServer.NAME, control), "storefront_id").create(home);

        assertTrue(homes.exists(home));
    }

    @ParameterizedTest
    @EnumSource
    void theSameChangelogMakesAHomeOfEveryTierOnH2AndCanBeRunAgain(Tier tier) throws SQLException {
        try (TestFleet h2 = TestFleet.on(Product.H2)) {
            Home home = h2.home(tier, h2.createTenant(tier));
            h2.homes().create(home);
            try (Connection onH2 = h2.administrator(home);
                    Connection onPostgres = server.administrator(control)) {
                homes.create(home(Tier.SHARED));
                assertEquals(
                        names(TenantTables.read(onPostgres, "shared", TestFleet.TENANT_COLUMN)),
                        names(TenantTables.read(onH2, home.schema(), TestFleet.TENANT_COLUMN)));
            }
        }
    }

    /** Tables in their order, with their columns and keys: everything but the types, which each product calls differently. */
    private static List<String> names(TenantTables tables) {
        return tables.parentsFirst().stream()
                .map(table -> table.name() + " (" + table.columnList() + ") key "
                        + table.key().stream().map(TenantTable.Column::name).toList())
                .toList();
    }

    @Test
    void aSharedHomeIsNeverDropped() {
        assertThrows(RehomeException.class, () -> homes.drop(home(Tier.SHARED)));
    }

    @Test
    void tablesComeParentsBeforeChildren() throws SQLException {
        homes.create(home(Tier.SHARED));
        try (Connection connection = server.administrator(control)) {
            List<String> names = TenantTables.read(connection, "shared", "storefront_id").parentsFirst().stream()
                    .map(TenantTable::name)
                    .toList();
            assertTrue(names.indexOf("customers") < names.indexOf("orders"), names.toString());
            assertTrue(names.indexOf("orders") < names.indexOf("order_items"), names.toString());
            assertTrue(names.indexOf("orders") < names.indexOf("shopping_carts"), names.toString());
        }
    }

    /** Nothing of Rehome is on such a server before the first database of a tenant. */
    @Test
    void aDatabaseIsMadeAndDroppedOnAServerThatOnlyThePatternNames() throws SQLException {
        Server other = PostgresServer.second().server("other", "test", "postgres");
        StrategyConfig strategy = StrategyFile.parse(
                "test",
                """
                tenant_strategy:
                  default_type: shared
                  migration_thresholds: { customers: 1, orders: 1, avg_query_time: 1s }
                  database_config:
                    shared_database_url: "postgresql://%s/%s"
                    tenant_database_pattern: "postgresql://%s/rehome_{storefront_id}"
                    max_connections_per_tenant: 1
                    roles:
                      owner: { user: rehome_owner }
                      app: { user: rehome_app }
                      mover: { user: rehome_mover }
                  migration_config: { batch_size: 1, validation_enabled: true, rollback_enabled: true, dual_write_duration: 1s }
                """.formatted(
                                servers.get(PostgresServer.NAME).url().authority(),
                                control,
                                other.url().authority()),
                name -> null);
        Home home = strategy.homeFor(TenantId.of(UUID.randomUUID()), Tier.DATABASE);
        Homes strategyHomes = new Homes(strategy.servers(), strategy.databases().directoryDatabase(), "storefront_id");

        strategyHomes.create(home);

        assertEquals(other.url().authority(), home.database().server());
        assertTrue(strategyHomes.exists(home));
        strategyHomes.drop(home);
        assertFalse(strategyHomes.exists(home));
    }

    @Test
    void theDirectoryComesUpAndCanBeBroughtUpAgain() throws SQLException {
        homes.createDirectory();
        homes.createDirectory();
        try (Connection connection = server.administrator(control)) {
            assertEquals(0, count(connection, "select count(*) from rehome_directory.placement"));
        }
    }

    private Home home(Tier tier) {
        return switch (tier) {
            case SHARED -> new Home(tier, PostgresServer.NAME, control, "shared");
            case SCHEMA -> new Home(tier, PostgresServer.NAME, control, control + "_tenant");
            case DATABASE -> new Home(tier, PostgresServer.NAME, control + "_own", "storefront");
        };
    }

    private static int count(Connection connection, String sql) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
