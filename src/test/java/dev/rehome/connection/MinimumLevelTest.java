package dev.rehome.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.HomeTooOldException;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinimumLevelTest {
    private static final String RAN =
            "insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype)"
                    + " values ('needed', 'test', 'test', current_timestamp, 99, 'EXECUTED')";

    @ParameterizedTest
    @CsvSource({"POSTGRESQL, SHARED", "POSTGRESQL, SCHEMA", "POSTGRESQL, DATABASE", "H2, SHARED", "H2, SCHEMA"})
    void aHomeThatHasNotRunTheChangesetIsRefusedUntilItHasAndThenNeverAskedAgain(Product product, Tier tier)
            throws SQLException {
        try (TestFleet fleet = TestFleet.on(product);
                TenantConnections connections = new TenantConnections(
                        fleet.servers(),
                        new Placements(fleet.directory()),
                        fleet.fence(),
                        Limits.DEFAULT,
                        TestFleet.TENANT_COLUMN,
                        "needed")) {
            TenantId tenant = fleet.createTenant(tier);
            Home home = fleet.home(tier, tenant);

            for (int i = 0; i < 2; i++) {
                HomeTooOldException refused = assertThrows(
                        HomeTooOldException.class, () -> connections.acquire(tenant, TransactionMode.current()));
                assertEquals(ErrorKind.BUSY, refused.kind());
                assertTrue(refused.getMessage().contains("'needed'"), refused.getMessage());
            }
            assertEquals(0, connections.inUse());
            execute(fleet, home, RAN);
            connections.release(connections.acquire(tenant, TransactionMode.current()));
            execute(fleet, home, "delete from databasechangelog where id = 'needed'");
            connections.release(connections.acquire(tenant, TransactionMode.current()));
        }
    }

    private static void execute(TestFleet fleet, Home home, String sql) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
