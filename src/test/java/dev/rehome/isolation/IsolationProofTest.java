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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        administer("drop owned by rehome_test_loose");
        administer("drop role if exists rehome_test_free");
        administer("drop role rehome_test_loose");
        fleet.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            alter role rehome_test_loose superuser                           | is a superuser                 | alter role rehome_test_loose nosuperuser
            alter role rehome_test_loose bypassrls                           | bypasses row-level security    | alter role rehome_test_loose nobypassrls
            alter role rehome_test_loose replication                         | can replicate                  | alter role rehome_test_loose noreplication
            grant rehome_owner to rehome_test_loose                          | which owns schema rehome       | revoke rehome_owner from rehome_test_loose
            grant rehome_owner to rehome_test_loose with inherit false       | which owns schema rehome       | revoke rehome_owner from rehome_test_loose
            create role rehome_test_free bypassrls role rehome_test_loose    | which bypasses row-level       | revoke rehome_test_free from rehome_test_loose
            grant pg_read_server_files to rehome_test_loose                  | reaches the files              | revoke pg_read_server_files from rehome_test_loose
            alter role rehome_test_loose set row_security to off             | row_security is off            | alter role rehome_test_loose reset row_security
            grant update on rehome.residency to rehome_test_loose            | can write to rehome.residency  | revoke all on rehome.residency from rehome_test_loose
            alter table rehome.canary disable row level security             | canary of another tenant       | alter table rehome.canary enable row level security
            delete from rehome.canary                                        | canary is missing              | insert into rehome.canary values ('00000000-0000-0000-0000-00000000cafe')
            """)
    void aSessionThatIsNotBoundIsRefusedInEveryTierOfADatabaseUntilItsMendIsRun(
            String loosen, String reason, String mend) throws SQLException {
        administer(loosen);
        for (Tier tier : List.of(Tier.SHARED, Tier.SCHEMA)) {
            TenantId tenant = fleet.createTenant(tier);
            try (TenantConnections connections = loosened(new Limits(2, 2, Duration.ofSeconds(10)))) {
                RehomeException refused =
                        assertThrows(RehomeException.class, () -> connections.acquire(tenant, TransactionMode.DEFAULT));
                assertEquals(ErrorKind.CONFIGURATION, refused.kind(), refused.getMessage());
                assertTrue(refused.getMessage().contains(reason), refused.getMessage());
                assertTrue(refused.getMessage().contains(mend), refused.getMessage());
            }
        }
        administer(mend);
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        try (TenantConnections connections = loosened(new Limits(2, 2, Duration.ofSeconds(10)))) {
            Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
            connection.rollback();
            connections.release(connection);
        }
    }

    @Test
    void aSchemaHomeThatIsLooseIsRefusedAndItsNeighboursInTheSamePoolAreServed() throws SQLException {
        TenantId loose = fleet.createTenant(Tier.SCHEMA);
        TenantId neighbour = fleet.createTenant(Tier.SCHEMA);
        administer(
                "create policy support on \"" + fleet.home(Tier.SCHEMA, loose).schema() + "\".orders using (true)");
        try (TenantConnections connections = fleet.connections(new Limits(2, 2, Duration.ofSeconds(10)))) {
            RehomeException refused =
                    assertThrows(RehomeException.class, () -> connections.acquire(loose, TransactionMode.DEFAULT));
            assertTrue(refused.getMessage().contains("support"), refused.getMessage());
            Connection connection = connections.acquire(neighbour, TransactionMode.DEFAULT);
            connection.rollback();
            connections.release(connection);
            assertEquals(0, connections.inUse());
        }
    }

    private TenantConnections loosened(Limits limits) {
        return new TenantConnections(
                loosened(), new Placements(fleet.directory()), fleet.fence(), limits, TestFleet.TENANT_COLUMN);
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
