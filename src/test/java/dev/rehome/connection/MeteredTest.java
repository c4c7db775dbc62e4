package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.measure.MeasurePush;
import dev.rehome.measure.Measures;
import dev.rehome.measure.NodeNews;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tenant's statements are counted as, by how they are run. */
class MeteredTest {
    private static final String INSERT =
            "insert into customers (storefront_id, id, email, created_at) values (?, ?, ?, now())";

    private TestFleet fleet;
    private Measures measures;
    private TenantConnections connections;
    private TenantId tenant;

    @BeforeEach
    void begin() throws SQLException {
        fleet = TestFleet.onPostgres();
        measures = new Measures();
        connections = new TenantConnections(
                fleet.servers(),
                new Placements(fleet.directory()),
                fleet.fence(),
                Limits.DEFAULT,
                TestFleet.TENANT_COLUMN,
                null,
                measures);
        tenant = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void end() throws SQLException {
        connections.close();
        fleet.close();
    }

    @Test
    void aFirstStatementThatGoesWithEnteringIsCountedAsEveryOther() throws SQLException {
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        insert(connection, "first");
        insert(connection, "second");
        connection.commit();
        connections.release(connection);

        assertCounted(1, 1, 2, 2);
    }

    @Test
    void readingIsNoWriting() throws SQLException {
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        for (int i = 0; i < 2; i++) {
            try (PreparedStatement select = connection.prepareStatement("select count(*) from customers");
                    ResultSet row = select.executeQuery()) {
                row.next();
            }
        }
        connection.commit();
        connections.release(connection);

        assertCounted(1, 0, 0, 2);
    }

    /** The first goes with entering, the others do not; and each way to run one. */
    @Test
    void rowsThatAreWrittenAndReturnedAreCountedAsWritten() throws SQLException {
        String returning = "insert into customers (storefront_id, id, email, created_at) select '" + tenant
                + "', gen_random_uuid(), gen_random_uuid()::text, now() from generate_series(1, 3) returning id";
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        for (int i = 0; i < 2; i++) {
            try (PreparedStatement insert = connection.prepareStatement(returning);
                    ResultSet row = insert.executeQuery()) {
                assertEquals(3, rows(row));
            }
        }
        try (Statement statement = connection.createStatement()) {
            assertTrue(statement.execute("/* all */ update customers set email = email || '!' returning id"));
            assertEquals(6, rows(statement.getResultSet()));
            assertEquals(
                    2,
                    rows(statement.executeQuery("with gone as (delete from customers where id in"
                            + " (select id from customers limit 2) returning id) select id from gone")));
        }
        connection.commit();
        connections.release(connection);

        assertCounted(1, 1, 14, 4);
    }

    @Test
    void aQueryThatOnlyLooksLikeWritingIsNone() throws SQLException {
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        insert(connection, "only");
        connection.commit();
        connections.release(connection);
        Connection reading = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        try (Statement statement = reading.createStatement()) {
            assertEquals(
                    1,
                    rows(statement.executeQuery("with own as (select id, '(delete' as text from customers for update)"
                            + " select id from own -- (update")));
            assertEquals(0, rows(statement.executeQuery("update customers set email = 'x' where false returning id")));
        }
        reading.commit();
        connections.release(reading);

        assertCounted(2, 1, 1, 3);
    }

    private static int rows(ResultSet all) throws SQLException {
        int count = 0;
        while (all.next()) {
            count++;
        }
        return count;
    }

    @Test
    void aBatchIsOneStatementAndAllItsRows() throws SQLException {
        for (int rows : new int[] {1, 3}) {
            Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (int i = 0; i < rows; i++) {
                    bind(insert, rows + "." + i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
            connections.release(connection);
        }
        assertCounted(2, 2, 4, 2);
    }

    @Test
    void aConnectionThatHasEnteredByItselfIsCountedToo() throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (Statement statement = connection.createStatement()) {
            assertSame(connection, statement.getConnection());
            statement.execute("insert into customers (storefront_id, id, email, created_at) values ('" + tenant
                    + "', gen_random_uuid(), 'x', now())");
        }
        connection.commit();
        connections.release(connection);

        assertCounted(1, 1, 1, 1);
        assertEquals(0, connections.inUse());
    }

    @Test
    void aStatementThatFailsIsCountedAndItsRowsAreNot() throws SQLException {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (PreparedStatement insert = connection.prepareStatement("insert into customers (id) values (?)")) {
            insert.setObject(1, UUID.randomUUID());
            assertThrows(SQLException.class, insert::executeUpdate);
        }
        connection.rollback();
        connections.release(connection);

        assertCounted(1, 0, 0, 1);
    }

    @Test
    void whoNeverRanAStatementHadNoTransaction() throws SQLException {
        connections.release(connections.acquireUnentered(tenant, TransactionMode.DEFAULT));
        assertEquals(0, measures.tenants());
        assertEquals(0, connections.enterFigures().admitted());
    }

    @Test
    void aTenantThatHasMovedIsCountedOnceAndItsRefusalToo() throws SQLException {
        Connection before = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        insert(before, "before");
        before.commit();
        connections.release(before);
        fleet.execute("update rehome_directory.placement set epoch = 2 where tenant_id = '" + tenant + "'");
        fleet.execute("update rehome.residency set epoch = 2 where tenant_id = '" + tenant + "'");
        Connection after = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        insert(after, "after");
        after.commit();
        connections.release(after);

        assertCounted(2, 2, 2, 2);
        assertEquals(1, connections.enterFigures().elsewhere());
        assertEquals(2, connections.enterFigures().admitted());
        assertEquals(1, connections.placementFigures().learned());
        assertEquals(1, connections.proofFigures().proven());
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void statementsAreCountedOnEachProduct(Product product) throws SQLException {
        Measures own = new Measures();
        try (TestFleet other = TestFleet.on(product);
                TenantConnections metered = new TenantConnections(
                        other.servers(),
                        new Placements(other.directory()),
                        other.fence(),
                        Limits.DEFAULT,
                        TestFleet.TENANT_COLUMN,
                        null,
                        own)) {
            TenantId someone = other.createTenant(Tier.SCHEMA);
            Connection connection = metered.acquireUnentered(someone, TransactionMode.DEFAULT);
            try (PreparedStatement select = connection.prepareStatement("select count(*) from customers");
                    ResultSet row = select.executeQuery()) {
                assertTrue(row.next());
            }
            connection.commit();
            metered.release(connection);
            assertEquals(1, own.tenants());
        }
    }

    private void insert(Connection connection, String email) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            bind(insert, email);
            assertEquals(1, insert.executeUpdate());
        }
    }

    private void bind(PreparedStatement insert, String email) throws SQLException {
        insert.setObject(1, tenant.value());
        insert.setObject(2, UUID.randomUUID());
        insert.setString(3, email);
    }

    /** By way of the directory, as that is how it is read. */
    private void assertCounted(long transactions, long writing, long rows, long queries) throws SQLException {
        ConnectionSource directory =
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.APP, "test");
        new MeasurePush(directory, measures, NodeNews.NONE, Duration.ofDays(1)).close();
        String from = " from rehome_directory.tenant_load where tenant_id = '" + tenant + "'";
        assertEquals(transactions, fleet.count(fleet.sharedHome(), "select transactions" + from), "transactions");
        assertEquals(writing, fleet.count(fleet.sharedHome(), "select writing_transactions" + from), "writing");
        assertEquals(rows, fleet.count(fleet.sharedHome(), "select written_rows" + from), "rows");
        assertEquals(queries, fleet.count(fleet.sharedHome(), "select queries" + from), "queries");
    }
}
