package dev.rehome.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Login;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run-time role that row-level security does not bind serves nobody: every query of its would seem to work. */
class IsolationProofTest {
    private static final Login LOOSE = new Login("rehome_test_loose", "secret");

    private TestFleet fleet;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        administer("create role rehome_test_loose login password 'secret' in role rehome_app");
    }

    @AfterEach
    void close() throws SQLException {
        administer("drop role rehome_test_loose");
        fleet.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alter role rehome_test_loose superuser               | is a superuser
            alter role rehome_test_loose bypassrls               | bypasses row-level security
            grant rehome_owner to rehome_test_loose              | belongs to the run-time role
            alter role rehome_test_loose set row_security to off | row_security is off""")
    void aRoleThatIsNotBoundIsRefusedInEveryTierWithWhatIsWrong(String loosen, String reason) throws SQLException {
        administer(loosen);
        for (Tier tier : Tier.values()) {
            // The tables of schema homes are not looked at one by one, but those who own them are not their roles.
            if (tier == Tier.SCHEMA && loosen.startsWith("grant")) {
                continue;
            }
            TenantId tenant = fleet.createTenant(tier);
            try (TenantConnections connections = new TenantConnections(
                    loosened(),
                    new Placements(fleet.directory()),
                    fleet.fence(),
                    new Limits(2, 2, Duration.ofSeconds(10)),
                    TestFleet.TENANT_COLUMN)) {
                RehomeException refused =
                        assertThrows(RehomeException.class, () -> connections.acquire(tenant, TransactionMode.DEFAULT));
                assertEquals(ErrorKind.CONFIGURATION, refused.kind(), refused.getMessage());
                assertTrue(refused.getMessage().contains(reason), refused.getMessage());
            }
        }
    }

    /** The fleet's servers as they are seen with the loose role for run time. */
    private Servers loosened() {
        Server server = fleet.servers().get(PostgresServer.NAME);
        Map<DatabaseRole, Login> logins = new EnumMap<>(server.logins());
        logins.put(DatabaseRole.APP, LOOSE);
        return Servers.of(new Server(server.name(), server.region(), server.url(), logins));
    }

    private void administer(String sql) throws SQLException {
        try (Connection administrator = fleet.administrator(fleet.sharedHome());
                Statement statement = administrator.createStatement()) {
            statement.execute(sql);
        }
    }
}
