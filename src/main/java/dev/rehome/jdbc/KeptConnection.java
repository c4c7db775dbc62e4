package dev.rehome.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection for whoever needs the next one, as opening one costs the server a process that knows nothing yet. One that
 * does not answer any more is opened anew; several at the same time are a connection each. Thread-safe.
 */
public final class KeptConnection implements ConnectionSource, AutoCloseable {
    private static final int ANSWERS_WITHIN_SECONDS = 5;

    private final ConnectionSource source;
    private @Nullable Connection idle;
    private boolean closed;

    public KeptConnection(ConnectionSource source) {
        this.source = source;
    }

    @Override
    public Connection open() throws SQLException {
        Connection kept = take();
        if (kept != null && kept.isValid(ANSWERS_WITHIN_SECONDS)) {
            return kept;
        }
        if (kept != null) {
            kept.close();
        }
        return source.open();
    }

    @Override
    public void done(Connection connection) throws SQLException {
        connection.setAutoCommit(true); // the question whether it still answers would begin a transaction
        if (!keep(connection)) {
            connection.close();
        }
    }

    /** As {@link #open}, but it is the next one's when it is closed, and what was not committed then is rolled back. */
    public Connection lend() throws SQLException {
        return Loan.of(open(), this::done);
    }

    private synchronized @Nullable Connection take() {
        Connection kept = idle;
        idle = null;
        return kept;
    }

    private synchronized boolean keep(Connection connection) {
        if (closed || idle != null) {
            return false;
        }
        idle = connection;
        return true;
    }

    /** Closes the one that is kept; those of transactions under way are closed after them. */
    @Override
    public void close() throws SQLException {
        Connection kept;
        synchronized (this) {
            closed = true;
            kept = take();
        }
        if (kept != null) {
            kept.close();
        }
    }
}
