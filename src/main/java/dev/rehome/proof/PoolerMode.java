package dev.rehome.proof;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * What stands between this process and the server. A pooler such as PgBouncer names a process of its own when a connection
 * is made (its key for cancelling), and the server answers with the number of the one that works: where the two differ, there is
 * one. Whether it pools sessions or transactions shows only when another connection meets the same process; whether it
 * pools statements shows when it refuses a transaction.
 */
public enum PoolerMode {
    /** The server itself. */
    DIRECT,
    /** A pooler that keeps transactions together; if it pools sessions or transactions has not shown. */
    SESSION_OR_TRANSACTION,
    /** A pooler that gives the next transaction another process. */
    TRANSACTION,
    /** A pooler that takes every statement for a transaction: neither {@code enter} nor anything else can work. */
    STATEMENT;

    private static final String PROTOCOL_VIOLATION = "08P01";

    /**
     * Looks at a connection in no transaction. Afterwards autocommit is off, whatever it was; in mode STATEMENT the connection
     * is broken.
     */
    public static PoolerMode of(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        boolean direct = announcedProcess(connection) == process(connection);
        connection.setAutoCommit(false);
        if (direct) {
            return DIRECT;
        }
        int first;
        try {
            first = process(connection);
            connection.rollback();
        } catch (SQLException e) {
            if (PROTOCOL_VIOLATION.equals(e.getSQLState())) {
                return STATEMENT;
            }
            throw e;
        }
        int second = process(connection);
        connection.rollback();
        return first == second ? SESSION_OR_TRANSACTION : TRANSACTION;
    }

    /**
     * Looks at two connections to the same database: only behind a pooler of transactions can both have worked in the same
     * process while both are open.
     */
    public static PoolerMode of(Connection one, Connection other) throws SQLException {
        PoolerMode mode = of(one);
        if (mode != SESSION_OR_TRANSACTION) {
            return mode;
        }
        int before = process(one);
        one.rollback();
        other.setAutoCommit(false);
        int others = process(other);
        int after = process(one); // while the other one is in its transaction
        one.rollback();
        other.rollback();
        return before != after || before == others ? TRANSACTION : SESSION_OR_TRANSACTION;
    }

    private static int announcedProcess(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private static int process(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_backend_pid()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }
}
