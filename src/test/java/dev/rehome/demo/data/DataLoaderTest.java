package dev.rehome.demo.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLoaderTest {
    private final PostgresServer server = PostgresServer.get();
    private final Map<Home, Connection> connections = new HashMap<>();
    private final Map<TenantId, Home> homesOfTheirOwn = new HashMap<>();
    private String control;
    private Servers servers;
    private Homes homes;
    private Home shared;
    private Home schema;
    private Home database;

    @BeforeEach
    void nameHomes() throws SQLException {
        control = server.createDatabase();
        servers = server.servers(control);
        shared = new Home(Tier.SHARED, PostgresServer.NAME, control, "shared");
        schema = new Home(Tier.SCHEMA, PostgresServer.NAME, control, control + "_tenant");
        database = new Home(Tier.DATABASE, PostgresServer.NAME, control + "_own", "storefront");
        homes = new Homes(servers, new Database(PostgresServer.NAME, control), "storefront_id");
    }

    @AfterEach
    void dropHomes() throws SQLException {
        for (Connection connection : connections.values()) {
            connection.close();
        }
        server.dropDatabase(control);
        server.dropDatabase(control + "_own");
        try (Connection connection = server.administrator("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("drop role if exists " + SqlNames.quote(Homes.roleOf(schema)));
        }
    }

    @Test
    void everyValueOfEveryRowArrivesInTheHomeOfItsStorefrontAndNowhereElse() throws SQLException {
        GeneratedData data = new GeneratedData(3, 8, 400);
        List<Storefront> storefronts = data.storefronts();
        homesOfTheirOwn.put(storefronts.get(1).tenant(), schema);
        homesOfTheirOwn.put(storefronts.get(2).tenant(), database);

        DataLoader.load(data, this::enter, rows -> {});

        for (StorefrontTable table : StorefrontTable.values()) {
            Map<Home, Set<List<@Nullable String>>> expected = new HashMap<>();
            data.forEachRow(
                    table,
                    (tenant, values) -> expected.computeIfAbsent(homeOf(tenant), home -> new HashSet<>())
                            .add(normalised(table, values)));
            for (Home home : List.of(shared, schema, database)) {
                assertEquals(expected.getOrDefault(home, Set.of()), stored(home, table), () -> table + " in " + home);
            }
        }
    }

    @Test
    void aFolderIsLoadedAndWhatItLacksHasItsDefault(@TempDir Path folder) throws Exception {
        DataFolder data = DataFolder.open(new FolderFiles().write(folder));

        DataLoader.load(data, this::enter, rows -> {});

        assertEquals(
                1,
                count(
                        shared,
                        "orders where version = 0 and items_total = -3.125 and freight_total is null"
                                + " and ordered_at = '2020-03-01T10:00:00Z'"));
        assertEquals(4, count(shared, "customers where version = 0 and deleted_at is null"));
    }

    @Test
    void progressEndsWithTheNumberOfAllRows() {
        GeneratedData data = new GeneratedData(3, 2, 9000);
        List<Long> told = new ArrayList<>();

        DataLoader.load(data, this::enter, told::add);

        long all = 0;
        for (StorefrontTable table : StorefrontTable.values()) {
            all += data.rows(table);
        }
        assertEquals(all, told.get(told.size() - 1));
        assertEquals(told.stream().sorted().distinct().toList(), told);
        assertTrue(told.size() > StorefrontTable.values().length, "a long table is reported more than once");
    }

    @Test
    void aRowThatAHomeRefusesLeavesNothingInAnyHome() throws SQLException {
        GeneratedData data = new GeneratedData(3, 3, 50);
        homesOfTheirOwn.put(data.storefronts().get(0).tenant(), database);
        List<String> broken =
                List.of("not a UUID", data.storefronts().get(0).tenant().toString());
        for (String cartOwner : broken) {
            // The last table's last row: everything else has been written by then.
            StorefrontData damaged = new Altered(data, StorefrontTable.CART_ITEMS, 0, cartOwner);

            RehomeException e =
                    assertThrows(RehomeException.class, () -> DataLoader.load(damaged, this::enter, rows -> {}));

            assertEquals(ErrorKind.EXTERNAL, e.kind());
            assertNothingStored();
        }

        DataLoader.load(data, this::enter, rows -> {});

        assertEquals(data.rows(StorefrontTable.ORDERS), count(shared, "orders") + count(database, "orders"));
    }

    @Test
    void dataThatFailsOnTheWayLeavesNothing() throws SQLException {
        GeneratedData data = new GeneratedData(3, 3, 50);
        IllegalStateException failure = new IllegalStateException("the disk is gone");
        StorefrontData failing = new Altered(data, StorefrontTable.ORDER_ITEMS, 0, null) {
            @Override
            public void forEachRow(StorefrontTable table, RowConsumer consumer) throws SQLException {
                super.forEachRow(table, (tenant, values) -> {
                    consumer.accept(tenant, values);
                    if (table == StorefrontTable.ORDER_ITEMS) {
                        throw failure;
                    }
                });
            }
        };

        assertEquals(
                failure,
                assertThrows(IllegalStateException.class, () -> DataLoader.load(failing, this::enter, rows -> {})));
        assertNothingStored();
    }

    @Test
    void loadingTwiceIsRefusedAndNamesTheSqlState() {
        GeneratedData data = new GeneratedData(3, 2, 5);
        DataLoader.load(data, this::enter, rows -> {});

        RehomeException e = assertThrows(RehomeException.class, () -> DataLoader.load(data, this::enter, rows -> {}));

        assertTrue(e.getCause() instanceof SQLException cause && SqlState.isUniqueViolation(cause), e.toString());
        assertTrue(String.valueOf(e.getMessage()).contains("nothing was stored"), e.getMessage());
    }

    @Test
    void aConnectionWithAutocommitIsRefused() {
        GeneratedData data = new GeneratedData(3, 1, 1);

        assertThrows(
                IllegalStateException.class,
                () -> DataLoader.load(
                        data,
                        tenant -> {
                            Connection connection = enter(tenant);
                            connection.rollback();
                            connection.setAutoCommit(true);
                            return connection;
                        },
                        rows -> {}));
    }

    private Home homeOf(TenantId tenant) {
        return homesOfTheirOwn.getOrDefault(tenant, shared);
    }

    private Connection enter(TenantId tenant) throws SQLException {
        Home home = homeOf(tenant);
        Connection connection = connections.get(home);
        if (connection == null) {
            homes.create(home);
            connection = servers.open(home, DatabaseRole.MOVER, "test");
            connection.setAutoCommit(false);
            connections.put(home, connection);
        }
        try (PreparedStatement settings = connection.prepareStatement(
                "select set_config('rehome.tenant', ?, true), set_config('rehome.capture', 'off', true)")) {
            settings.setString(1, tenant.toString());
            settings.execute();
        }
        return connection;
    }

    private void assertNothingStored() throws SQLException {
        for (Home home : connections.keySet()) {
            for (StorefrontTable table : StorefrontTable.values()) {
                assertEquals(0, count(home, table.tableName()), () -> table + " in " + home);
            }
        }
    }

    private long count(Home home, String tableAndCondition) throws SQLException {
        try (Connection connection = server.administrator(home.database().name());
                ResultSet row = connection
                        .createStatement()
                        .executeQuery(
                                "select count(*) from " + SqlNames.quote(home.schema()) + "." + tableAndCondition)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Set<List<@Nullable String>> stored(Home home, StorefrontTable table) throws SQLException {
        try (Connection connection = server.administrator(home.database().name());
                Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            Set<List<@Nullable String>> rows = new HashSet<>();
            try (ResultSet row = statement.executeQuery("select " + SqlNames.list(table.columnNames()) + " from "
                    + SqlNames.quote(home.schema(), table.tableName()))) {
                while (row.next()) {
                    List<@Nullable String> values = new ArrayList<>();
                    for (int i = 1; i <= table.columnNames().size(); i++) {
                        values.add(row.getString(i));
                    }
                    rows.add(values);
                }
            }
            return rows;
        }
    }

    /** The values as {@code numeric(19, 4)} and the rest print them. */
    private static List<@Nullable String> normalised(StorefrontTable table, List<@Nullable String> values) {
        List<@Nullable String> normalised = new ArrayList<>(values);
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (value != null && table.layout().columns().get(i).kind() == Column.Kind.MONEY) {
                normalised.set(
                        i,
                        new BigDecimal(value)
                                .setScale(4, RoundingMode.UNNECESSARY)
                                .toPlainString());
            }
        }
        return normalised;
    }

    /** Other data in which the last row of one table has another value in one column. */
    private static class Altered implements StorefrontData {
        private final StorefrontData data;
        private final StorefrontTable table;
        private final int column;
        private final @Nullable String value;

        Altered(StorefrontData data, StorefrontTable table, int column, @Nullable String value) {
            this.data = data;
            this.table = table;
            this.column = column;
            this.value = value;
        }

        @Override
        public List<Storefront> storefronts() {
            return data.storefronts();
        }

        @Override
        public long rows(StorefrontTable of, TenantId tenant) {
            return data.rows(of, tenant);
        }

        @Override
        public void forEachRow(StorefrontTable of, RowConsumer consumer) throws SQLException {
            long[] left = {data.rows(of)};
            data.forEachRow(of, (tenant, values) -> {
                List<@Nullable String> row = new ArrayList<>(values);
                if (--left[0] == 0 && of == table && value != null) {
                    row.set(column, value);
                }
                consumer.accept(tenant, row);
            });
        }
    }
}
