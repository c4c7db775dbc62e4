package dev.rehome.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeptConnectionsTest {
    private static final String PID = "select pg_backend_pid()";

    private final List<Connection> opened = new ArrayList<>();
    private KeptConnections connections = new KeptConnections(Duration.ofMinutes(10));

    private Connection open(String schema, String applicationName) throws SQLException {
        return connections.open("here", "somebody", schema, applicationName, () -> {
            Connection connection = PostgresServer.get().administrator("postgres");
            connection.setSchema(schema);
            connection.setClientInfo("ApplicationName", applicationName);
            opened.add(connection);
            return connection;
        });
    }

    private Connection open() throws SQLException {
        return open("public", "test");
    }

    @AfterEach
    void nothingStaysOpen() throws SQLException {
        connections.close();
        for (Connection connection : opened) {
            assertTrue(connection.isClosed());
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void whoOpensTheNextOneHasTheOneThatWasClosedUnderHisOwnNameAndSearchPath() throws SQLException {
        String first;
        try (Connection connection = open("public", "one")) {
            first = ask(connection, PID);
        }
        try (Connection connection = open("pg_catalog", "another")) {
            assertEquals(first, ask(connection, PID));
            assertEquals("another", ask(connection, "select current_setting('application_name')"));
            assertEquals("{pg_catalog}", ask(connection, "select current_schemas(false)"));
            assertTrue(connection.getAutoCommit());
        }
    }

    @Test
    void nothingIsLeftOfWhatWasSetLockedOrMadeForASession() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 1234);
            statement.execute("set timezone = 'Asia/Shanghai'; set statement_timeout = 5000; set role pg_monitor;"
                    + " create temporary table pg_temp.left_over (n int)");
            statement.execute("select pg_advisory_lock(4711)");
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            ask(connection, PID);
        }
        try (Connection connection = open()) {
            assertNotEquals("Asia/Shanghai", ask(connection, "show timezone"));
            assertEquals("0", ask(connection, "show statement_timeout"));
            assertEquals("none", ask(connection, "show role"));
            assertEquals("f", ask(connection, "select to_regclass('pg_temp.left_over') is not null"));
            assertEquals(
                    "0", ask(connection, "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711"));
            assertFalse(connection.isReadOnly());
            assertEquals(0, connection.getNetworkTimeout());
        }
        assertEquals(1, opened.size());
    }

    @Test
    void whatWasNotCommittedIsRolledBack() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("create table not_committed (n int)");
        }
        try (Connection connection = open()) {
            assertEquals("f", ask(connection, "select to_regclass('not_committed') is not null"));
        }
    }

    @Test
    void severalAtTheSameTimeAreAConnectionEach() throws SQLException {
        try (Connection one = open();
                Connection other = open()) {
            assertNotEquals(ask(one, PID), ask(other, PID));
        }
        try (Connection one = open();
                Connection other = open()) {
            assertNotEquals(ask(one, PID), ask(other, PID));
        }
        assertEquals(2, opened.size());
    }

    @Test
    void oneThatTheServerHasEndedIsOpenedAnew() throws SQLException {
        String first;
        try (Connection connection = open()) {
            first = ask(connection, PID);
        }
        try (Connection administrator = PostgresServer.get().administrator("postgres")) {
            ask(administrator, "select pg_terminate_backend(" + first + ", 5000)");
        }
        try (Connection connection = open()) {
            assertNotEquals(first, ask(connection, PID));
        }
        assertTrue(opened.get(0).isClosed());
    }

    @Test
    void oneThatNobodyHasNeededForLongIsClosedWhenTheNextIsGivenBack() throws SQLException {
        connections = new KeptConnections(Duration.ZERO);
        open().close();
        assertTrue(opened.get(0).isClosed());
    }

    @Test
    void oneThatIsInUseAtTheEndIsClosedWhenItIsGivenBack() throws SQLException {
        Connection connection = open();
        connections.close();
        assertFalse(opened.get(0).isClosed());
        connection.close();
        assertTrue(opened.get(0).isClosed());
    }
}
