package dev.rehome.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connections that somebody opens and closes one after the other, in the databases that he works in: opening one costs
 * the server a process that knows nothing yet, tens of milliseconds of a processor before the first answer of use. Each is handed out
 * as a new one is: nothing is left of what was set, locked or made for a session. Thread-safe.
 */
public final class KeptConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeptConnections.class);
    /** What ends with a session when a connection is closed. */
    private static final String NEW_SESSION = "select pg_advisory_unlock_all(); reset role; reset all; discard temp";

    private final Duration longestIdle;
    private final Map<Kind, Deque<Idle>> idle = new HashMap<>();
    private boolean closed;

    /** @param longestIdle one that nobody has needed for longer is closed when the next one is given back */
    public KeptConnections(Duration longestIdle) {
        this.longestIdle = longestIdle;
    }

    /** Connections that can stand in for each other. */
    private record Kind(String url, String user) {}

    private record Idle(Connection connection, long sinceNanos) {
        boolean isAsLongAs(Duration time) {
            return System.nanoTime() - sinceNanos >= time.toNanos();
        }
    }

    /**
     * A connection with autocommit on, which the caller closes.
     *
     * @param schema its whole search path
     * @param source for a new one, with that search path and application name
     */
    public Connection open(String url, String user, String schema, String applicationName, ConnectionSource source)
            throws SQLException {
        Kind kind = new Kind(url, user);
        for (Connection kept = take(kind); kept != null; kept = take(kind)) {
            if (isReady(kept, schema, applicationName)) {
                return lend(kind, kept);
            }
        }
        return lend(kind, source.open());
    }

    private Connection lend(Kind kind, Connection connection) throws SQLException {
        int networkTimeout = connection.getNetworkTimeout();
        return Loan.of(connection, given -> {
            if (!isRenewed(given, networkTimeout) || !keep(kind, given)) {
                given.close();
            }
            close(takeIdle(longestIdle));
        });
    }

    /** Whether it is of use still. If not, it is closed: a new one shows what is wrong, if anything is. */
    private static boolean isReady(Connection kept, String schema, String applicationName) throws SQLException {
        try {
            kept.setClientInfo("ApplicationName", applicationName);
            kept.setSchema(schema);
            return true;
        } catch (SQLException e) {
            kept.close();
            return false;
        }
    }

    /** Whether nothing is left of its session; else it has to be closed. */
    private static boolean isRenewed(Connection given, int networkTimeout) {
        try {
            given.setReadOnly(false);
            given.setAutoCommit(true);
            given.setNetworkTimeout(Runnable::run, networkTimeout);
            try (Statement statement = given.createStatement()) {
                statement.execute(NEW_SESSION);
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private synchronized @Nullable Connection take(Kind kind) {
        Deque<Idle> kept = idle.get(kind);
        Idle latest = kept == null ? null : kept.pollLast();
        return latest == null ? null : latest.connection;
    }

    private synchronized boolean keep(Kind kind, Connection connection) {
        if (closed) {
            return false;
        }
        idle.computeIfAbsent(kind, any -> new ArrayDeque<>()).addLast(new Idle(connection, System.nanoTime()));
        return true;
    }

    private synchronized List<Connection> takeIdle(Duration time) {
        List<Connection> taken = new ArrayList<>();
        for (Deque<Idle> kept : idle.values()) {
            while (!kept.isEmpty() && kept.peekFirst().isAsLongAs(time)) {
                taken.add(kept.pollFirst().connection);
            }
        }
        idle.values().removeIf(Deque::isEmpty); // there may be thousands of databases, one after the other
        return taken;
    }

    /** Closes those that are kept; those that are in use are closed after that. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        close(takeIdle(Duration.ZERO));
    }

    private static void close(List<Connection> connections) {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("note=a connection that nobody used was broken", e);
            }
        }
    }
}
