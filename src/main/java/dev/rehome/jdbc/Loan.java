package dev.rehome.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection that was lent, until it is given back, which is when it is closed. */
final class Loan implements InvocationHandler {
    private final Connection connection;
    private final Giver giver;
    private boolean over;

    /** Who takes it back, with no transaction under way. */
    @FunctionalInterface
    interface Giver {
        void takeBack(Connection connection) throws SQLException;
    }

    private Loan(Connection connection, Giver giver) {
        this.connection = connection;
        this.giver = giver;
    }

    /** What was not committed is rolled back before; a connection that cannot do that is closed, and not given back. */
    static Connection of(Connection connection, Giver giver) {
        return Forwarding.to(new Loan(connection, giver), Connection.class);
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        return switch (method.getName()) {
            case "close" -> {
                giveBack();
                yield null;
            }
            case "isClosed" -> over || connection.isClosed();
            case "equals", "hashCode", "toString" ->
                Forwarding.ofObject(self, method.getName(), arguments, "lent " + connection);
            default -> {
                if (over) {
                    throw new SQLException("This connection has been given back.", "08003");
                }
                yield Forwarding.call(connection, method, arguments);
            }
        };
    }

    private void giveBack() throws SQLException {
        if (over) {
            return;
        }
        over = true;
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            connection.close(); // it is broken: what was not committed ends with it
            return;
        }
        giver.takeBack(connection);
    }
}
