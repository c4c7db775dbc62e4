package dev.rehome.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement whose runs are counted. Used by one thread. */
final class MeteredStatement implements InvocationHandler {
    private final Statement statement;
    private final Connection connection;
    private final Tally tally;

    private MeteredStatement(Statement statement, Connection connection, Tally tally) {
        this.statement = statement;
        this.connection = connection;
        this.tally = tally;
    }

    /**
     * Stands in for what a method of a connection has returned, if that is a statement.
     *
     * @param connection what the statement says it is of
     */
    static @Nullable Object of(@Nullable Object result, Connection connection, Tally tally) {
        if (!(result instanceof Statement statement)) {
            return result;
        }
        MeteredStatement metered = new MeteredStatement(statement, connection, tally);
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
        return method.getDeclaringClass() == Object.class
                ? Forwarding.ofObject(self, name, arguments, statement.toString())
                : Forwarding.call(statement, method, arguments);
    }

    private @Nullable Object run(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        long begun = System.nanoTime();
        Object result = null;
        try {
            result = Forwarding.call(statement, method, arguments);
            return result;
        } finally {
            tally.ran(begun, Boolean.FALSE.equals(result) ? (Integer) statement.getUpdateCount() : result);
        }
    }
}
