package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.testing.TestFleet;
import java.io.StringReader;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that enters with its first statement, whatever that is. */
class FirstStatementTest {
    private static final String BY_EMAIL = "select email from customers where email = ? and version = ?";
    private static final String INSERT =
            "insert into customers (storefront_id, id, email, created_at) values (?, ?, ?, now())";

    private TestFleet fleet;
    private TenantConnections connections;
    private TenantId tenant;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = fleet.connections(new Limits(3, 9, Duration.ofSeconds(5)));
        tenant = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void close() throws SQLException {
        assertEquals(0, connections.inUse());
        connections.close();
        fleet.close();
    }

    private interface Work {
        void in(Connection connection) throws Exception;
    }

    private void begin(TenantId whose, TransactionMode mode, Work work) throws Exception {
        Connection connection = connections.acquireUnentered(whose, mode);
        try {
            work.in(connection);
            connection.rollback();
        } finally {
            connections.release(connection);
        }
    }

    private void begin(Work work) throws Exception {
        begin(tenant, TransactionMode.DEFAULT, work);
    }

    private void commitCustomer(TenantId whose, String email) throws Exception {
        begin(whose, TransactionMode.DEFAULT, connection -> {
            assertEquals(1, insert(connection, whose, email));
            connection.commit();
        });
    }

    /** Two of the rows' columns are bound, so that a shift of the parameters by one would show. */
    private static int insert(Connection connection, TenantId whose, String email) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setObject(1, whose.value());
            statement.setObject(2, UUID.randomUUID());
            statement.setString(3, email);
            return statement.executeUpdate();
        }
    }

    private void bindCustomer(PreparedStatement insert, String email) throws SQLException {
        insert.setObject(1, tenant.value());
        insert.setObject(2, UUID.randomUUID());
        insert.setString(3, email);
    }

    private static PreparedStatement byEmail(Connection connection, String email) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(BY_EMAIL, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement.setString(1, email);
        statement.setInt(2, 0);
        return statement;
    }

    private static boolean has(Connection connection, String email) throws SQLException {
        try (PreparedStatement statement = byEmail(connection, email);
                ResultSet rows = statement.executeQuery()) {
            return rows.next();
        }
    }

    @ParameterizedTest
    @EnumSource
    void seesItsTenantsRowsAndNoOthersInEveryTier(Tier tier) throws Exception {
        TenantId one = fleet.createTenant(tier);
        TenantId other = fleet.createTenant(tier);
        commitCustomer(one, "one@example.com");
        commitCustomer(other, "other@example.com");

        begin(one, TransactionMode.DEFAULT, connection -> {
            assertFalse(has(connection, "other@example.com"));
            assertTrue(has(connection, "one@example.com"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void runsAtTheIsolationThatWasAskedFor(Isolation isolation) throws Exception {
        begin(tenant, new TransactionMode(isolation, true), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                            "select current_setting('transaction_isolation'), current_setting('transaction_read_only'), ?");
                    ResultSet row = bound(statement, "x").executeQuery()) {
                assertTrue(row.next());
                assertEquals(isolation.sql(), row.getString(1));
                assertEquals("on", row.getString(2));
                assertEquals("x", row.getString(3));
                assertFalse(row.next());
            }
        });
    }

    private Relocation relocation(Tier tier) throws SQLException {
        Home target = fleet.home(tier, tenant);
        fleet.homes().create(target);
        return Relocation.begin(fleet, tenant, target);
    }

    private static PreparedStatement bound(PreparedStatement statement, String value) throws SQLException {
        statement.setString(1, value);
        return statement;
    }

    @ParameterizedTest
    @EnumSource
    void isRunAgainWithTheSameValuesWhereTheTenantHasGone(Isolation isolation) throws Exception {
        commitCustomer(tenant, "one@example.com");
        begin(connection -> assertTrue(has(connection, "one@example.com")));

        try (Relocation relocation = relocation(Tier.DATABASE)) {
            relocation.commit();
        }

        begin(tenant, new TransactionMode(isolation, false), connection -> {
            assertTrue(has(connection, "one@example.com"));
            assertEquals(fleet.home(Tier.DATABASE, tenant).database().name(), connection.getCatalog());
        });
    }

    /** Interleaving: the statement waits at the fence, the tenant goes elsewhere, the fence comes down. */
    @ParameterizedTest
    @EnumSource
    void thatWaitsAtAFenceIsRunWhereTheTenantHasGone(Isolation isolation) throws Exception {
        commitCustomer(tenant, "one@example.com");
        try (Relocation relocation = relocation(Tier.SCHEMA)) {
            CompletableFuture<Boolean> found = CompletableFuture.supplyAsync(() -> {
                boolean[] is = {false};
                try {
                    begin(
                            tenant,
                            new TransactionMode(isolation, false),
                            connection -> is[0] = has(connection, "one@example.com"));
                    return is[0];
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            relocation.awaitWaiter();
            relocation.commit();
            assertTrue(found.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void writesWhereTheTenantHasGone() throws Exception {
        begin(connection -> assertFalse(has(connection, "late@example.com")));
        try (Relocation relocation = relocation(Tier.SCHEMA)) {
            relocation.commit();
        }
        commitCustomer(tenant, "late@example.com");

        assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
        begin(connection -> assertTrue(has(connection, "late@example.com")));
    }

    @Test
    void failsWithItsOwnErrorAndLeavesTheTransactionFailed() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select ? from no_such_table")) {
                bound(statement, "x");
                SQLException failure = assertThrows(SQLException.class, statement::executeQuery);
                assertEquals("42P01", failure.getSQLState());
            }
            SQLException after = assertThrows(SQLException.class, () -> has(connection, "one@example.com"));
            assertEquals("25P02", after.getSQLState());
        });
        begin(connection -> assertFalse(has(connection, "one@example.com")));
    }

    /** A lock timeout is what a fence looks like, too. */
    @Test
    void thatWillNotWaitForARowIsNotTakenForOneAtTheFence() throws Exception {
        commitCustomer(tenant, "one@example.com");
        begin(holding -> {
            try (PreparedStatement lock =
                    holding.prepareStatement("select 1 from customers where email = ? for update")) {
                bound(lock, "one@example.com").executeQuery();
            }
            begin(connection -> {
                try (PreparedStatement statement =
                        connection.prepareStatement("select 1 from customers where email = ? for update nowait")) {
                    bound(statement, "one@example.com");
                    SQLException failure = assertThrows(SQLException.class, statement::executeQuery);
                    assertEquals("55P03", failure.getSQLState());
                }
            });
        });
    }

    @Test
    void thatTakesTooLongIsRunOnlyOnce() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select nextval(?), pg_sleep(?)")) {
                try (Connection administrator = fleet.administrator(fleet.sharedHome());
                        Statement create = administrator.createStatement()) {
                    create.execute("create sequence public.runs");
                    create.execute("grant usage on sequence public.runs to public");
                }
                statement.setString(1, "public.runs");
                statement.setInt(2, 60);
                statement.setQueryTimeout(1);
                SQLException failure = assertThrows(SQLException.class, statement::executeQuery);
                assertEquals("57014", failure.getSQLState());
            } finally {
                assertEquals(1, fleet.count(fleet.sharedHome(), "select last_value from public.runs"));
                try (Connection administrator = fleet.administrator(fleet.sharedHome());
                        Statement drop = administrator.createStatement()) {
                    drop.execute("drop sequence public.runs");
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void mayBeABatch(int rows) throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                for (int i = 0; i < rows; i++) {
                    bindCustomer(statement, i + "@example.com");
                    statement.addBatch();
                }
                assertArrayEquals(
                        Collections.nCopies(rows, 1).stream().mapToInt(i -> i).toArray(), statement.executeBatch());
            }
            for (int i = 0; i < rows; i++) {
                assertTrue(has(connection, i + "@example.com"));
            }
        });
    }

    @Test
    void mayBeABatchOfOneAndThenAnother() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                bindCustomer(statement, "first@example.com");
                statement.addBatch();
                assertArrayEquals(new long[] {1}, statement.executeLargeBatch());
                bindCustomer(statement, "second@example.com");
                statement.addBatch();
                assertArrayEquals(new int[] {1}, statement.executeBatch());
            }
            assertTrue(has(connection, "first@example.com"));
            assertTrue(has(connection, "second@example.com"));
        });
    }

    @Test
    void mayBeABatchThatIsCleared() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                bindCustomer(statement, "first@example.com");
                statement.addBatch();
                statement.clearBatch();
                bindCustomer(statement, "second@example.com");
                assertEquals(1, statement.executeUpdate());
            }
            assertFalse(has(connection, "first@example.com"));
            assertTrue(has(connection, "second@example.com"));
        });
    }

    @Test
    void thatIsABatchFailsAsOne() throws Exception {
        commitCustomer(tenant, "one@example.com");
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                bindCustomer(statement, "one@example.com");
                statement.addBatch();
                BatchUpdateException failure = assertThrows(BatchUpdateException.class, statement::executeBatch);
                assertEquals("23505", failure.getSQLState());
                assertArrayEquals(new int[] {Statement.EXECUTE_FAILED}, failure.getUpdateCounts());
            }
        });
    }

    @Test
    void thatIsABatchTakesTooLongAsOne() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "update customers set email = email where ? > (select count(*) from pg_sleep(60))")) {
                statement.setInt(1, 0);
                statement.setQueryTimeout(1);
                statement.addBatch();
                BatchUpdateException failure = assertThrows(BatchUpdateException.class, statement::executeBatch);
                assertEquals("57014", failure.getSQLState());
                assertArrayEquals(new int[] {Statement.EXECUTE_FAILED}, failure.getUpdateCounts());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void thatIsABatchIsWrittenWhereTheTenantHasGone(int rows) throws Exception {
        begin(connection -> assertFalse(has(connection, "late@example.com")));
        try (Relocation relocation = relocation(Tier.SCHEMA)) {
            relocation.commit();
        }
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                for (int i = 0; i < rows; i++) {
                    bindCustomer(statement, i + "@example.com");
                    statement.addBatch();
                }
                assertEquals(rows, statement.executeBatch().length);
            }
            connection.commit();
        });

        assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from customers"));
        assertEquals(rows, fleet.rowsOf(tenant, fleet.home(Tier.SCHEMA, tenant)));
    }

    @Test
    void mayHaveAStreamAsAValue() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                statement.setObject(1, tenant.value());
                statement.setObject(2, UUID.randomUUID());
                statement.setCharacterStream(3, new StringReader("stream@example.com"));
                assertEquals(1, statement.executeUpdate());
            }
            assertTrue(has(connection, "stream@example.com"));
        });
    }

    @Test
    void mayAskForGeneratedKeys() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT, new String[] {"id"})) {
                UUID id = UUID.randomUUID();
                statement.setObject(1, tenant.value());
                statement.setObject(2, id);
                statement.setString(3, "key@example.com");
                assertEquals(1, statement.executeUpdate());
                try (ResultSet keys = statement.getGeneratedKeys()) {
                    assertTrue(keys.next());
                    assertEquals(id, keys.getObject(1, UUID.class));
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mayBeRunThroughExecute(boolean select) throws Exception {
        begin(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(select ? "select ?" : "delete from customers where email = ?")) {
                bound(statement, "x");
                assertEquals(select, statement.execute());
                if (select) {
                    ResultSet row = statement.getResultSet();
                    assertTrue(row.next());
                    assertEquals("x", row.getString(1));
                } else {
                    assertEquals(0, statement.getUpdateCount());
                }
                assertFalse(statement.getMoreResults());
                assertEquals(-1, statement.getUpdateCount());
            }
        });
    }

    @Test
    void mayBeRunAgainWithOtherValues() throws Exception {
        commitCustomer(tenant, "one@example.com");
        begin(connection -> {
            try (PreparedStatement statement = byEmail(connection, "nobody@example.com")) {
                assertFalse(statement.executeQuery().next());
                statement.setString(1, "one@example.com");
                assertTrue(statement.executeQuery().next());
                statement.setMaxRows(5);
                assertEquals(5, statement.getMaxRows());
                assertTrue(statement.executeQuery().next());
            }
        });
    }

    @Test
    void mayBePreparedBeforeAnotherOneAndRunAfterIt() throws Exception {
        commitCustomer(tenant, "one@example.com");
        begin(connection -> {
            try (PreparedStatement statement = byEmail(connection, "one@example.com")) {
                assertFalse(has(connection, "nobody@example.com"));
                assertTrue(statement.executeQuery().next());
            }
        });
    }

    @Test
    void mayBeDescribedBeforeItIsRun() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = byEmail(connection, "one@example.com")) {
                assertEquals("email", statement.getMetaData().getColumnName(1));
                assertFalse(statement.executeQuery().next());
            }
        });
    }

    @Test
    void thatIsNoQueryFailsAsOne() throws Exception {
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("delete from customers where email = ?")) {
                assertThrows(SQLException.class, () -> bound(statement, "x").executeQuery());
            }
        });
        begin(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select ?")) {
                assertThrows(SQLException.class, () -> bound(statement, "x").executeUpdate());
            }
        });
    }

    @Test
    void mayBeAPlainStatementOrACall() throws Exception {
        begin(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select current_setting('rehome.tenant')")) {
                assertTrue(row.next());
                assertEquals(tenant.toString(), row.getString(1));
            }
        });
    }

    @Test
    void ofAnUnknownTenantIsRefused() {
        assertThrows(
                UnknownTenantException.class,
                () -> begin(
                        TenantId.of(UUID.randomUUID()), TransactionMode.DEFAULT, connection -> has(connection, "x")));
    }

    @Test
    void thatWasNeverRunTakesNothing() throws Exception {
        begin(connection -> {
            PreparedStatement statement = byEmail(connection, "x");
            assertFalse(statement.isClosed());
            assertFalse(connection.isClosed());
            assertFalse(connection.getAutoCommit());
            connection.commit();
            assertEquals(0, connections.inUse());
            statement.close();
            assertTrue(statement.isClosed());
            assertThrows(SQLException.class, statement::executeQuery);
        });
    }

    @Test
    void onAConnectionThatWasGivenBackIsRefused() throws Exception {
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        assertFalse(has(connection, "x"));
        PreparedStatement early = byEmail(connections.acquireUnentered(tenant, TransactionMode.DEFAULT), "x");
        connection.close();
        connections.release(connection);

        assertTrue(connection.isClosed());
        SQLException refused = assertThrows(SQLException.class, () -> has(connection, "x"));
        assertEquals("08003", refused.getSQLState());
        assertEquals(0, connections.inUse());
        early.getConnection().close();
        assertThrows(SQLException.class, early::executeQuery);
    }

    @Test
    void behindAFullGateSaysSo() throws Exception {
        try (TenantConnections few = fleet.connections(new Limits(1, 1, Duration.ofMillis(100)))) {
            Connection held = few.acquire(tenant, TransactionMode.DEFAULT);
            Connection connection = few.acquireUnentered(tenant, TransactionMode.DEFAULT);
            assertThrows(TenantUnavailableException.class, () -> has(connection, "x"));
            few.release(connection);
            held.rollback();
            few.release(held);
        }
    }
}
