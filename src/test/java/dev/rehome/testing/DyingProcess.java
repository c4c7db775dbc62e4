package dev.rehome.testing;

import dev.rehome.placement.Servers;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a process that dies at one of its statements, commits or attempts to connect, just before the server does
 * what is asked, or just after: from then on nothing reaches the server, and its connections are gone.
 */
public final class DyingProcess implements Servers.Opener {
    private static final Set<String> TO_THE_SERVER = Set.of("commit", "rollback");

    private final int deadAt;
    private final boolean after;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
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
        for (Connection connection : open) {
            connection.close();
        }
        throw gone();
    }

    private static SQLException gone() {
        return new SQLException("the process is dead", "08006");
    }

    @Override
    public Connection open(String jdbcUrl, Properties properties) throws SQLException {
        try {
            Object connection = ask(() -> {
                Connection made = DriverManager.getConnection(jdbcUrl, properties);
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
