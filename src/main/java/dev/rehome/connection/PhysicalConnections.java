package dev.rehome.connection;

import dev.rehome.jdbc.Forwarding;
import dev.rehome.jdbc.SqlState;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens the connections of one pool within its server's budget, and notices when they close. Thread-safe. */
final class PhysicalConnections implements DataSource {
    private final Opener opener;
    private final ServerBudget budget;
    private final HomePool pool;
    private volatile @Nullable SQLException lastFailure;

    /** Opens a connection to the server. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws SQLException;
    }

    PhysicalConnections(Opener opener, ServerBudget budget, HomePool pool) {
        this.opener = opener;
        this.budget = budget;
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            budget.reserve(pool, HomePool.stepDeadline());
        } catch (SQLException e) {
            lastFailure = e;
            throw e;
        }
        boolean opened = false;
        try {
            Connection connection = opener.open();
            opened = true;
            budget.health().answered();
            return counted(connection);
        } catch (SQLException e) {
            lastFailure = e;
            if (SqlState.isConnectionLost(e)) {
                budget.health().silent();
            } else {
                budget.health().answered();
            }
            throw e;
        } finally {
            if (!opened) {
                budget.unreserve();
            }
        }
    }

    @Nullable
    SQLException lastFailure() {
        return lastFailure;
    }

    void forgetFailure() {
        lastFailure = null;
    }

    /** The connection, giving its place in the budget back when it is closed. Statements are the driver's own. */
    private Connection counted(Connection connection) {
        AtomicBoolean counts = new AtomicBoolean(true);
        return Forwarding.to(
                (proxy, method, arguments) -> {
                    try {
                        return invoke(connection, method, arguments);
                    } finally {
                        if ((method.getName().equals("close")
                                        || method.getName().equals("abort"))
                                && counts.getAndSet(false)) {
                            budget.unreserve();
                        }
                    }
                },
                Connection.class);
    }

    private static @Nullable Object invoke(Connection connection, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("unwrap")
                && arguments != null
                && ((Class<?>) arguments[0]).isInstance(connection)) {
            return connection;
        }
        return Forwarding.call(connection, method, arguments);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("The login belongs to the server's configuration.");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // Nothing is written.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // Hikari proposes one; the driver's own loginTimeout parameter holds.
    }

    /** How long Hikari waits for attempts under way when the pool is closed. */
    @Override
    public int getLoginTimeout() {
        return 5;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("Wraps nothing.");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
