package dev.rehome.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeptConnectionTest {
    private final List<Connection> opened = new ArrayList<>();
    private final KeptConnection connections = new KeptConnection(this::open);

    private Connection open() throws SQLException {
        Connection connection = PostgresServer.get().administrator("postgres");
        opened.add(connection);
        return connection;
    }

    @AfterEach
    void nothingStaysOpen() throws SQLException {
        connections.close();
        for (Connection connection : opened) {
            assertTrue(connection.isClosed());
        }
    }

    @Test
    void theNextTransactionHasTheConnectionOfTheLastOne() {
        assertEquals(transact(), transact());
        assertEquals(1, opened.size());
    }

    @Test
    void whatATransactionHasCommittedStaysCommitted() {
        connections.transact(
                connection -> execute(connection, "create temporary table kept (n int) on commit preserve rows"));
        connections.transact(connection -> execute(connection, "insert into kept values (1)"));
        int kept = connections.transact(connection -> number(connection, "select count(*)::int from kept"));
        assertEquals(1, kept);
    }

    @Test
    void aConnectionWhoseTransactionFailedIsClosed() throws SQLException {
        int first = transact();
        RehomeException failure = assertThrows(
                RehomeException.class, () -> connections.transact(connection -> execute(connection, "select 1/0")));
        assertEquals(ErrorKind.EXTERNAL, failure.kind());
        assertTrue(opened.get(0).isClosed());
        assertNotEquals(first, transact());
    }

    @Test
    void oneThatTheServerHasEndedMeanwhileIsOpenedAnew() throws SQLException {
        int first = transact();
        try (Connection administrator = PostgresServer.get().administrator("postgres")) {
            execute(administrator, "select pg_terminate_backend(" + first + ", 10000)");
        }
        assertNotEquals(first, transact());
        assertEquals(2, opened.size());
    }

    /** Interleaving: a transaction begins and ends while another one is under way. */
    @Test
    void transactionsAtTheSameTimeHaveAConnectionEachAndOneOfThemIsKept() throws SQLException {
        List<Integer> inner = new ArrayList<>();
        int outer = connections.transact(connection -> {
            inner.add(transact());
            return backend(connection);
        });
        assertNotEquals(List.of(outer), inner);
        assertTrue(opened.get(0).isClosed());
        assertFalse(opened.get(1).isClosed());
        assertEquals(inner, List.of(transact()));
    }

    /** Interleaving: closed while a transaction is under way. */
    @Test
    void theConnectionOfATransactionThatOutlivesTheSourceIsClosedAfterIt() throws SQLException {
        connections.transact(connection -> {
            connections.close();
            return backend(connection);
        });
        assertTrue(opened.get(0).isClosed());
    }

    @Test
    void whatIsLentIsKeptWhenItIsClosedAndWhatItHasNotCommittedIsRolledBack() throws SQLException {
        int first;
        try (Connection lent = connections.lend()) {
            first = backend(lent);
            execute(lent, "create temporary table kept (n int)");
            lent.setAutoCommit(false);
            execute(lent, "insert into kept values (1)");
        }
        try (Connection lent = connections.lend()) {
            assertEquals(first, backend(lent));
            assertTrue(lent.getAutoCommit());
            assertEquals(0, number(lent, "select count(*)::int from kept"));
        }
    }

    @Test
    void whatHasBeenGivenBackCannotBeUsedAnyMore() throws SQLException {
        Connection lent = connections.lend();
        lent.close();
        try (Connection next = connections.lend()) {
            lent.close();
            assertTrue(lent.isClosed());
            assertFalse(next.isClosed());
            SQLException refusal = assertThrows(SQLException.class, () -> backend(lent));
            assertEquals("08003", refusal.getSQLState());
            assertTrue(backend(next) > 0);
        }
    }

    @Test
    void whatIsGivenBackBrokenIsNotKept() throws SQLException {
        try (Connection lent = connections.lend()) {
            lent.setAutoCommit(false);
            int backend = backend(lent);
            try (Connection administrator = PostgresServer.get().administrator("postgres")) {
                execute(administrator, "select pg_terminate_backend(" + backend + ", 10000)");
            }
        }
        assertTrue(opened.get(0).isClosed());
        assertTrue(transact() > 0);
    }

    private int transact() {
        return connections.transact(KeptConnectionTest::backend);
    }

    private static int backend(Connection connection) throws SQLException {
        return number(connection, "select pg_backend_pid()");
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
