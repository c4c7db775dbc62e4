package dev.rehome.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.testing.PgBouncer;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolerModeTest {
    private TestFleet fleet;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void aConnectionToTheServerItselfIsDirect() throws SQLException {
        try (Connection connection = open(fleet.servers());
                Connection other = open(fleet.servers())) {
            assertEquals(PoolerMode.DIRECT, PoolerMode.of(connection));
            assertEquals(PoolerMode.DIRECT, PoolerMode.of(connection, other));
        }
    }

    @Test
    void aPoolerGivesItselfAwayByTheProcessThatItNames() throws SQLException, IOException {
        try (FakePooler pooler = FakePooler.ofSessions(port());
                Connection connection = open(behind(pooler.authority()));
                Connection other = open(behind(pooler.authority()))) {
            assertEquals(PoolerMode.SESSION_OR_TRANSACTION, PoolerMode.of(connection));
            assertEquals(PoolerMode.SESSION_OR_TRANSACTION, PoolerMode.of(connection, other));
        }
    }

    @Test
    void aPoolerOfStatementsIsAFindingBeforeAnythingElseIsAsked() throws SQLException, IOException {
        try (FakePooler pooler = FakePooler.ofStatements(port());
                Connection connection = open(behind(pooler.authority()))) {
            connection.setAutoCommit(false);
            List<Finding> findings = new IsolationProof(TestFleet.TENANT_COLUMN, "\"rehome\"").ofSession(connection);
            assertEquals(
                    List.of("STATEMENT_POOLER"),
                    findings.stream().map(Finding::check).toList());
            assertTrue(connection.isClosed());
        }
    }

    @ParameterizedTest
    @CsvSource({"session, SESSION_OR_TRANSACTION", "transaction, TRANSACTION", "statement, STATEMENT"})
    void theModesOfPgBouncerAreToldApart(String configured, PoolerMode seen) throws Exception {
        Server direct = fleet.servers().get(PostgresServer.NAME);
        try (PgBouncer pooler = PgBouncer.before(direct.url(), direct.logins().values().stream(), configured);
                Connection one = through(pooler);
                Connection other = through(pooler)) {
            assertEquals(seen, PoolerMode.of(one, other));
        }
    }

    private Connection through(PgBouncer pooler) throws SQLException {
        DatabaseUrl url = pooler.url(fleet.servers().url(fleet.control()));
        return DriverManager.getConnection(
                url.jdbc(), fleet.servers().poolerProperties(fleet.control(), DatabaseRole.APP, "test"));
    }

    private Connection open(Servers servers) throws SQLException {
        return servers.open(fleet.control(), "rehome", DatabaseRole.APP, "test");
    }

    private int port() {
        String authority = fleet.servers().get(PostgresServer.NAME).url().authority();
        return Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
    }

    private Servers behind(String authority) {
        Server server = fleet.servers().get(PostgresServer.NAME);
        DatabaseUrl url = DatabaseUrl.parse(
                "postgresql://" + authority + "/" + fleet.control().name());
        return Servers.of(new Server(server.name(), server.region(), url, server.logins()));
    }
}
