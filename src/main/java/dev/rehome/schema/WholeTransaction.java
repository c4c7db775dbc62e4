package dev.rehome.schema;

import dev.rehome.jdbc.Forwarding;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * A transaction for work that commits as it likes: what the work takes for a commit only sets the point to which it can roll
 * back. Liquibase commits a changeset and then, again, the record that it has run; a process that dies in between leaves what
 * no run can go on with. Used by one thread.
 */
final class WholeTransaction {
    private final Connection connection;
    private @Nullable Savepoint kept;

    private WholeTransaction(Connection connection) {
        this.connection = connection;
    }

    /** What is done on a connection. */
    @FunctionalInterface
    interface Work {
        void on(Connection connection) throws Exception;
    }

    /** Commits when all of it has been done, and does nothing of it otherwise. The connection is in no transaction, and in none afterwards. */
    static void run(Connection connection, Work work) throws Exception {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            WholeTransaction transaction = new WholeTransaction(connection);
            work.on(Forwarding.to((self, method, arguments) -> transaction.call(method, arguments), Connection.class));
            connection.commit();
            done = true;
        } finally {
            if (!done && !connection.isClosed()) {
                connection.rollback();
            }
        }
    }

    private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (name.equals("commit")) {
            keep();
        } else if (name.equals("rollback") && arguments == null) {
            goBack();
        } else if (!name.equals("setAutoCommit")) {
            return Forwarding.call(connection, method, arguments);
        }
        return null;
    }

    private void keep() throws SQLException {
        if (kept != null) {
            connection.releaseSavepoint(kept); // it would take the new one along
        }
        kept = connection.setSavepoint();
    }

    private void goBack() throws SQLException {
        if (kept == null) {
            connection.rollback();
        } else {
            connection.rollback(kept);
        }
    }
}
