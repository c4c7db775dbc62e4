package dev.rehome.testing;

import dev.rehome.placement.Servers;
import dev.rehome.time.Deadline;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The connections of a process that dies at one of its statements, commits or attempts to connect, just before the server does
 * what is asked, or just after: from then on nothing reaches the server, and its connections are gone.
 */
public final class DyingProcess implements Servers.Opener {
    private static final Set<String> TO_THE_SERVER = Set.of("commit", "rollback");

    private final int deadAt;
    private final boolean after;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    /** To a database that is there as long as the process: the first one that it has asked for. */
    private @Nullable Reopening observer;

    private int asked;
    private boolean dead;

    /**
     * @param deadAt the number of what it dies at, from 1
     * @param after whether the server still does it
     */
    public DyingProcess(int deadAt, boolean after) {
        this.deadAt = deadAt;
        this.after = after;
    }

    /** Whether it has come to that. */
    public boolean isDead() {
        return dead;
    }

    private interface Reopening {
        Connection open() throws SQLException;
    }

    private interface Asked {
        @Nullable
        Object run() throws Throwable;
    }

    private @Nullable Object ask(Asked what) throws Throwable {
        if (dead) {
            throw gone();
        }
        asked++;
        if (asked != deadAt) {
            return what.run();
        }
        if (after) {
            what.run();
        }
        dead = true;
        List<Integer> backends = new ArrayList<>();
        for (Connection connection : open) {
            if (!connection.isClosed()) {
                backends.add(connection.unwrap(PGConnection.class).getBackendPID());
                connection.close();
            }
        }
        awaitGone(backends);
        throw gone();
    }

    /** A server notices a moment late that a connection was closed, and what it held is locked until then. */
    private void awaitGone(List<Integer> backends) throws SQLException, InterruptedException {
        if (backends.isEmpty()) {
            return;
        }
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        try (Connection connection = Objects.requireNonNull(observer).open();
                PreparedStatement left =
                        connection.prepareStatement("select count(*) from pg_stat_activity where pid = any (?)")) {
            left.setArray(1, connection.createArrayOf("int4", backends.toArray()));
            while (count(left) > 0) {
                if (deadline.passed()) {
                    throw new IllegalStateException("The server keeps the connections of a dead process.");
                }
                deadline.sleep(Duration.ofMillis(2));
            }
        }
    }

    private static int count(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private static SQLException gone() {
        return new SQLException("the process is dead", "08006");
    }

    @Override
    public Connection open(String jdbcUrl, Properties properties) throws SQLException {
        try {
            Object connection = ask(() -> {
                Connection made = DriverManager.getConnection(jdbcUrl, properties);
                if (observer == null) {
                    observer = () -> DriverManager.getConnection(jdbcUrl, properties);
                }
                open.add(made);
                return proxy(Connection.class, made);
            });
            return (Connection) Objects.requireNonNull(connection);
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private Object proxy(Class<?> type, Object real) {
        InvocationHandler handler = (self, method, arguments) -> {
            boolean toTheServer = real instanceof Statement
                    ? method.getName().startsWith("execute")
                    : TO_THE_SERVER.contains(method.getName());
            Object result = toTheServer ? ask(() -> invoke(real, method, arguments)) : invoke(real, method, arguments);
            return result instanceof Statement ? proxy(method.getReturnType(), result) : result;
        };
        return Proxy.newProxyInstance(DyingProcess.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private static @Nullable Object invoke(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
