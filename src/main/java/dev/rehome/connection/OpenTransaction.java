package dev.rehome.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Ends what is left open on a connection that comes back: a write that nobody committed must not be lost without a word. */
final class OpenTransaction {
    /** Every statement that writes takes this lock on its table and keeps it; a read, even FOR SHARE, does not. */
    private static final String WROTE_ON_POSTGRES = "select exists (select from pg_locks where pid = pg_backend_pid()"
            + " and locktype = 'relation' and mode = 'RowExclusiveLock')";

    private static final String WROTE_ON_H2 =
            "select contains_uncommitted from information_schema.sessions where session_id = session_id()";

    private OpenTransaction() {}

    static boolean rollbackAndSayWhetherItWrote(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            return false;
        }
        if (!connection.isWrapperFor(BaseConnection.class)) {
            return wrote(connection, WROTE_ON_H2);
        }
        TransactionState state = connection.unwrap(BaseConnection.class).getTransactionState();
        // Committed or rolled back, which is the rule, costs no round trip. A failed transaction has reported its
        // error.
        return switch (state) {
            case IDLE -> false;
            case FAILED -> {
                connection.rollback();
                yield false;
            }
            case OPEN -> wrote(connection, WROTE_ON_POSTGRES);
        };
    }

    private static boolean wrote(Connection connection, String sql) throws SQLException {
        boolean wrote;
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            wrote = row.next() && row.getBoolean(1);
        }
        connection.rollback();
        return wrote;
    }
}
