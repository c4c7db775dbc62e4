package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fleet.Provisioner;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantUnavailableException;
import dev.rehome.testing.OwnServer;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two servers, one of which goes down: its tenants are told so at once, and nobody else notices. */
class ServerDownTest {
    private static final String OWN = "own";
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private OwnServer own;
    private TestFleet fleet;
    private Servers servers;
    private TenantConnections connections;
    private TenantId tenant;
    private TenantId neighbour;

    @BeforeEach
    void open() throws IOException, SQLException {
        own = OwnServer.start(Map.of("fsync", "off"));
        fleet = TestFleet.onPostgres();
        servers = Servers.of(fleet.servers().get(PostgresServer.NAME), own.server(OWN));
        connections = new TenantConnections(
                servers,
                new Placements(fleet.directory()),
                new PostgresFence(servers),
                new Limits(2, 4, PATIENCE),
                TestFleet.TENANT_COLUMN);
        tenant = TenantId.of(UUID.randomUUID());
        Homes homes = new Homes(servers, fleet.control(), TestFleet.TENANT_COLUMN);
        Provisioner.of(servers, homes, fleet.directory())
                .create(tenant, "on its own server", new Home(Tier.DATABASE, OWN, "storefront_own", "storefront"));
        neighbour = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void close() throws SQLException, IOException {
        Leftovers.assertNone(connections, fleet);
        connections.close();
        fleet.close();
        own.close();
    }

    @Test
    void aServerThatIsDownFailsItsTenantsWithoutWaitingUntilItIsBackAndNobodyElse() throws Exception {
        register(tenant);
        own.stop();
        TenantUnavailableException first = assertThrows(TenantUnavailableException.class, () -> register(tenant));
        assertEquals(ErrorKind.BUSY, first.kind());
        assertTrue(first.getMessage().contains("server own: "), first.getMessage());
        assertTrue(figures(OWN).down());

        // Known to be down: but for a look now and then, no connection is asked for and nothing is waited for.
        TenantUnavailableException next;
        do {
            next = assertThrows(TenantUnavailableException.class, () -> register(tenant));
        } while (next.getCause() != null);
        assertTrue(next.getMessage().contains("has not answered for"), next.getMessage());
        register(neighbour);
        assertFalse(figures(PostgresServer.NAME).down());

        own.startAgain();
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        while (!isServed(tenant)) {
            assertFalse(deadline.passed(), "the server is back, and its tenant is not served");
            deadline.sleep(Duration.ofMillis(20));
        }
        assertFalse(figures(OWN).down());
    }

    @Test
    void aRestartInTheMiddleOfATransactionLosesThatTransactionAndHealsTheNext() throws Exception {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        insert(connection, tenant);
        own.stop();
        own.startAgain();
        assertThrows(SQLException.class, () -> insert(connection, tenant));
        connections.release(connection);
        assertEquals(0, connections.inUse());
        register(tenant);
        try (Connection administrator = own.administrator("storefront_own");
                Statement statement = administrator.createStatement();
                var row = statement.executeQuery("select count(*) from storefront.customers")) {
            row.next();
            assertEquals(1, row.getInt(1));
        }
    }

    private ServerFigures figures(String server) {
        return connections.figures().stream()
                .filter(figures -> figures.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    private boolean isServed(TenantId who) throws SQLException {
        try {
            register(who);
            return true;
        } catch (TenantUnavailableException e) {
            return false;
        }
    }

    private void register(TenantId who) throws SQLException {
        Connection connection = connections.acquire(who, TransactionMode.DEFAULT);
        try {
            insert(connection, who);
            connection.commit();
        } finally {
            connections.release(connection);
        }
    }

    private static void insert(Connection connection, TenantId who) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, created_at) values ('" + who
                    + "', gen_random_uuid(), now())");
        }
    }
}
