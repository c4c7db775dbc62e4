package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Through a pooler that gives each transaction another connection, which the tenant before has just used. */
class PgBouncerTest {
    /** More than the pooler has connections to the server. */
    private static final int TENANTS_OF_A_TIER = 6;

    private static final int ROUNDS = 10;

    private TestFleet fleet;
    private TenantConnections connections;

    @BeforeEach
    void open() throws SQLException, IOException {
        fleet = TestFleet.behindPgBouncer();
        connections = fleet.connections(new Limits(3, 30, Duration.ofSeconds(10)));
    }

    @AfterEach
    void close() throws SQLException {
        if (connections != null) { // null if the test was skipped
            assertEquals(0, connections.inUse());
            connections.close();
            fleet.close();
        }
    }

    @Test
    void everyTransactionIsInItsTenantsHomeAndSeesNoOthersRows() throws SQLException {
        List<TenantId> tenants = new ArrayList<>();
        for (int i = 0; i < TENANTS_OF_A_TIER; i++) {
            for (Tier tier : Tier.values()) {
                tenants.add(fleet.createTenant(tier));
            }
        }
        for (TenantId tenant : tenants) {
            insert(tenant);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (TenantId tenant : tenants) {
                assertEquals(List.of(tenant.toString()), emails(tenant));
            }
        }
    }

    @Test
    void nothingOfATransactionIsLeftForTheNextOne() throws SQLException {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);
        TenantId readOnly = fleet.createTenant(Tier.SHARED);
        for (int round = 0; round < ROUNDS; round++) {
            Connection connection = connections.acquireUnentered(
                    readOnly, new TransactionMode(TransactionMode.Isolation.SERIALIZABLE, true));
            assertEquals("on", setting(connection, "transaction_read_only"));
            assertEquals("shared, pg_temp", setting(connection, "search_path").replace("\"", ""));
            connection.commit();
            connections.release(connection);

            Connection next = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
            assertEquals("off", setting(next, "transaction_read_only"));
            assertEquals("read committed", setting(next, "transaction_isolation"));
            assertEquals("\"$user\", pg_temp", setting(next, "search_path"));
            assertEquals(tenant.toString(), setting(next, "rehome.tenant"));
            next.commit();
            connections.release(next);
        }
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select current_setting(?)")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                assertTrue(row.next());
                String value = row.getString(1);
                assertFalse(row.next());
                return value;
            }
        }
    }

    private void insert(TenantId tenant) throws SQLException {
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into customers (storefront_id, id, email, created_at) values (?, gen_random_uuid(), ?, now())")) {
            statement.setObject(1, tenant.value());
            statement.setString(2, tenant.toString());
            assertEquals(1, statement.executeUpdate());
            connection.commit();
        } finally {
            connections.release(connection);
        }
    }

    private List<String> emails(TenantId tenant) throws SQLException {
        List<String> emails = new ArrayList<>();
        Connection connection = connections.acquireUnentered(tenant, TransactionMode.DEFAULT);
        try (PreparedStatement statement = connection.prepareStatement("select email from customers");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                emails.add(rows.getString(1));
            }
            connection.commit();
        } finally {
            connections.release(connection);
        }
        return emails;
    }
}
