package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.SqlState;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Keeps other processes from the same tenant until it is closed, or its process ends. */
final class TenantLock implements AutoCloseable {
    private final Connection connection;

    private TenantLock(Connection connection) {
        this.connection = connection;
    }

    /** @throws RehomeException (BUSY) if another process has it; (EXTERNAL) if the directory cannot be asked */
    static TenantLock take(ConnectionSource connections, TenantId tenant) {
        Connection connection = null;
        try {
            connection = connections.open();
            if (isAcquired(connection, tenant)) {
                return new TenantLock(connection);
            }
            throw new RehomeException(
                    ErrorKind.BUSY, "Another process is at tenant " + tenant + ". Wait until it has ended.");
        } catch (SQLException | RuntimeException e) {
            if (connection != null) {
                give(connection, e);
            }
            if (e instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            SQLException failure = (SQLException) e;
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The directory cannot be used (SQLSTATE " + failure.getSQLState()
                            + (SqlState.isPrivilegeMissing(failure)
                                    ? "). Check the mover's rights."
                                    : "). Check that its database is up."),
                    e);
        }
    }

    /** Waits a moment: the server takes one to notice that the process which had it was killed. */
    private static boolean isAcquired(Connection connection, TenantId tenant) throws SQLException {
        try (PreparedStatement patience = connection.prepareStatement("set lock_timeout = '2s'");
                PreparedStatement lock = connection.prepareStatement(
                        "select pg_advisory_lock(hashtextextended('rehome life ' || ?, 0))")) {
            patience.execute();
            lock.setString(1, tenant.toString());
            lock.execute();
            return true;
        } catch (SQLException e) {
            if (SqlState.isLockTimeout(e)) {
                return false;
            }
            throw e;
        }
    }

    private static void give(Connection connection, Exception failure) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try (connection;
                Statement statement = connection.createStatement()) {
            // A closed connection's session ends a moment later, and whoever comes next would find the lock held.
            statement.execute("select pg_advisory_unlock_all()");
        } catch (SQLException goneAlready) {
            // The lock goes with its connection, however that ends; what was done is written down by now.
        }
    }
}
