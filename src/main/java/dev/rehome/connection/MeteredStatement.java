package dev.rehome.connection;

import dev.rehome.jdbc.Forwarding;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement whose runs are counted. Used by one thread. */
final class MeteredStatement implements InvocationHandler {
    private final Statement statement;
    private final Connection connection;
    private final Tally tally;
    /** What it runs, or has run. */
    private String sql;

    private MeteredStatement(Statement statement, Connection connection, Tally tally, String sql) {
        this.statement = statement;
        this.connection = connection;
        this.tally = tally;
        this.sql = sql;
    }

    /**
     * Stands in for what a method of a connection has returned, if that is a statement.
     *
     * @param connection what the statement says it is of
     * @param sql that it was prepared with; empty if it was not
     */
    static @Nullable Object of(@Nullable Object result, Connection connection, Tally tally, String sql) {
        if (!(result instanceof Statement statement)) {
            return result;
        }
        MeteredStatement metered = new MeteredStatement(statement, connection, tally, sql);
        if (statement instanceof CallableStatement) {
            return Forwarding.to(metered, CallableStatement.class);
        }
        return statement instanceof PreparedStatement
                ? Forwarding.to(metered, PreparedStatement.class)
                : Forwarding.to(metered, Statement.class);
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        if (name.startsWith("execute")) {
            return run(method, arguments);
        }
        if (name.equals("getConnection")) {
            return connection;
        }
        if (name.equals("getResultSet")) {
            return counted(statement.getResultSet());
        }
        return method.getDeclaringClass() == Object.class
                ? Forwarding.ofObject(self, name, arguments, statement.toString())
                : Forwarding.call(statement, method, arguments);
    }

    private @Nullable Object run(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String text) {
            sql = text;
        }
        long begun = System.nanoTime();
        Object result = null;
        try {
            result = Forwarding.call(statement, method, arguments);
        } finally {
            tally.ran(begun, Boolean.FALSE.equals(result) ? (Integer) statement.getUpdateCount() : result);
        }
        return result instanceof ResultSet rows ? counted(rows) : result;
    }

    private @Nullable ResultSet counted(@Nullable ResultSet rows) throws SQLException {
        return rows == null ? null : ReturnedRows.counted(rows, sql, tally);
    }
}
