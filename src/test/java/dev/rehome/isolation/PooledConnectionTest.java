package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection keeps when it goes from one tenant to the next: one connection per server, so it must be the same. */
class PooledConnectionTest {
    /** From the fifth execution on, pgjdbc prepares a statement in the server. */
    private static final int PREPARED_AFTER = 5;

    private static final String COUNT = "select count(*) from customers where storefront_id <> ?";

    private TestFleet fleet;
    private TenantConnections connections;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = fleet.connections(new Limits(1, 1, Duration.ofSeconds(20)));
    }

    @AfterEach
    void close() throws SQLException {
        assertEquals(0, connections.inUse());
        connections.close();
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingThatEnterHasSetOutlivesTheTransaction(Tier tier) throws SQLException {
        Connection connection =
                connections.acquire(fleet.createTenant(tier), new TransactionMode(Isolation.SERIALIZABLE, true));
        String fresh = "rehome_app||read committed|off";
        String settings = "select concat_ws('|', current_user, current_setting('rehome.tenant', true),"
                + " current_setting('transaction_isolation'), current_setting('transaction_read_only'))";
        assertNotEquals(fresh, text(connection, settings));
        connection.commit();
        assertEquals(fresh, text(connection, settings));
        assertEquals("", text(connection, "select current_setting('rehome.capture', true)"));
        connection.rollback();
        connections.release(connection);
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionBegunBehindEntersBackReachesNoRows(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        register(connection, tenant);
        assertEquals("1", text(connection, "select count(*) from customers"));
        connection.commit();
        if (tier == Tier.SCHEMA) {
            assertState("42P01", () -> text(connection, "select count(*) from customers"));
            connection.rollback();
        } else {
            assertEquals("0", text(connection, "select count(*) from customers"));
            assertState("42501", () -> register(connection, tenant));
        }
        connections.release(connection);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "SCHEMA"})
    void theNextTenantOfTheSameConnectionSeesItsOwnRowsOnly(Tier tier) throws SQLException {
        TenantId first = fleet.createTenant(tier);
        TenantId second = fleet.createTenant(tier);
        String process = use(first, connection -> {
            register(connection, first);
            return text(connection, "select pg_backend_pid()");
        });
        use(second, connection -> {
            assertEquals(process, text(connection, "select pg_backend_pid()"));
            assertEquals("0", text(connection, "select count(*) from customers"));
            assertEquals(second.toString(), text(connection, "select current_setting('rehome.tenant')"));
            return process;
        });
    }

    @Test
    void theRunTimeRoleMakesNoTemporaryTables() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        use(tenant, connection -> {
            try (Statement statement = connection.createStatement()) {
                SQLException refused = assertThrows(
                        SQLException.class, () -> statement.execute("create temporary table customers (id uuid)"));
                assertEquals("42501", refused.getSQLState());
            }
            return connection;
        });
    }

    /** PostgreSQL looks into the temporary schema first, unless the search path says otherwise. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "SCHEMA"})
    void aTemporaryTableThatATenantLeavesBehindDoesNotHideTheNextOnesTable(Tier tier) throws SQLException {
        fleet.execute("grant temporary on database \"" + fleet.control().name() + "\" to public");
        TenantId first = fleet.createTenant(tier);
        TenantId second = fleet.createTenant(tier);
        use(first, connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(
                        "create temporary table customers (storefront_id uuid, id uuid, created_at timestamptz)");
            }
        });
        use(second, connection -> {
            register(connection, second);
            return connection;
        });
        assertEquals(1, fleet.rowsOf(second, fleet.home(tier, second)));
    }

    @Test
    void searchPathNeverChangesAndStatementsStayPreparedAcrossTenantsOfSchemaHomes() throws SQLException {
        TenantId first = fleet.createTenant(Tier.SCHEMA);
        TenantId second = fleet.createTenant(Tier.SCHEMA);
        Set<String> early = new TreeSet<>();
        Set<String> processes = new TreeSet<>();
        for (int round = 1; round <= 4 * PREPARED_AFTER; round++) {
            for (TenantId tenant : new TenantId[] {first, second}) {
                use(tenant, connection -> {
                    register(connection, tenant);
                    processes.add(text(connection, "select pg_backend_pid()"));
                    return processes;
                });
                // Every tenant reads its own table through the one statement, and never meets 0A000.
                assertEquals("" + round, use(tenant, PooledConnectionTest::countPrepared));
            }
            if (round == PREPARED_AFTER) {
                early.addAll(use(first, PooledConnectionTest::preparedStatements));
            }
        }
        assertFalse(early.isEmpty());
        assertEquals(1, processes.size());
        Set<String> late = use(second, PooledConnectionTest::preparedStatements);
        assertTrue(late.containsAll(early), () -> early + " became " + late);
        assertEquals(
                1,
                late.stream()
                        .filter(name -> name.endsWith(COUNT.replace("?", "$1")))
                        .count());
        assertEquals("\"$user\", pg_temp", use(first, connection -> text(connection, "show search_path")));
    }

    @ParameterizedTest
    @EnumSource
    void autocommitIsOffAlsoAfterAUserHasSwitchedItOn(Tier tier) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        for (int round = 0; round < 2; round++) {
            use(tenant, connection -> {
                assertFalse(connection.getAutoCommit());
                connection.setAutoCommit(true);
                return connection;
            });
        }
        assertEquals("0", use(tenant, connection -> text(connection, "select count(*) from customers")));
    }

    private static String countPrepared(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setObject(1, UUID.randomUUID());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** Name and text of what this connection has prepared in the server. */
    private static Set<String> preparedStatements(Connection connection) throws SQLException {
        Set<String> statements = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select name, statement from pg_prepared_statements")) {
            while (row.next()) {
                statements.add(row.getString(1) + " " + row.getString(2));
            }
        }
        return statements;
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws SQLException;
    }

    private <T> T use(TenantId tenant, Work<T> work) throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try {
            T result = work.on(connection);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return result;
        } finally {
            connections.release(connection);
        }
    }

    private static void register(Connection connection, TenantId tenant) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, created_at) values ('" + tenant
                    + "', gen_random_uuid(), now())");
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void assertState(String expected, Attempt attempt) {
        assertEquals(expected, assertThrows(SQLException.class, attempt::run).getSQLState());
    }
}
