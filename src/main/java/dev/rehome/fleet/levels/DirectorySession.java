package dev.rehome.fleet.levels;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.MoverTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the directory that is kept from one transaction to the next: work on homes asks it thousands of times. One that
 * broke is opened anew. Thread-safe: one transaction at a time.
 */
final class DirectorySession implements AutoCloseable {
    private final ConnectionSource connections;
    private @Nullable Connection open;

    DirectorySession(ConnectionSource connections) {
        this.connections = connections;
    }

    /** As {@link ConnectionSource#transact}. */
    <T> T transact(ConnectionSource.Work<T> work) {
        return run(work, false);
    }

    /** As {@link #transact}, for a single statement, which is a transaction by itself. */
    <T> T ask(ConnectionSource.Work<T> work) {
        return run(work, true);
    }

    private synchronized <T> T run(ConnectionSource.Work<T> work, boolean single) {
        Connection connection = null;
        try {
            connection = connection();
            connection.setAutoCommit(single);
            T result = work.on(connection);
            if (!single) {
                connection.commit();
            }
            return result;
        } catch (SQLException e) {
            drop(e);
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The directory cannot be used (SQLSTATE " + e.getSQLState()
                            + "). Check that its database is up, then start again: what was done is done.",
                    e);
        } catch (RuntimeException e) {
            if (connection != null) {
                MoverTransaction.rollback(connection, e);
            }
            throw e;
        }
    }

    private Connection connection() throws SQLException {
        Connection known = open;
        if (known == null) {
            known = connections.open();
            open = known;
        }
        return known;
    }

    private void drop(SQLException failure) {
        Connection broken = open;
        open = null;
        if (broken != null) {
            try {
                broken.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public synchronized void close() {
        SQLException none = new SQLException("closing");
        drop(none);
    }
}
