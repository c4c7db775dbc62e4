package dev.rehome.life;

import dev.rehome.placement.Servers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of an operator's process that is killed at one of its connections or commits, before or after it is made: then
 * all of them break at once, and it does nothing more. What Liquibase does is not counted. Thread-safe.
 */
final class MortalServers implements Servers.Opener {
    private static final String UNCOUNTED = "rehome schema";

    private final int end;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean dead;

    /** @param end the point at which it is killed, from 1 */
    MortalServers(int end) {
        this.end = end;
    }

    /** What a killed process sees. An error, so that nothing handles it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("this process is dead", null, false, false);
        }
    }

    boolean wasKilled() {
        return dead;
    }

    @Override
    public Connection open(String jdbcUrl, Properties properties) throws SQLException {
        AtomicBoolean counted = new AtomicBoolean(isCounted(properties.getProperty("ApplicationName", "")));
        if (counted.get()) {
            pass();
        }
        requireAlive();
        Connection physical = DriverManager.getConnection(jdbcUrl, properties);
        open.add(physical);
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        open.remove(physical);
                        physical.close();
                        return null;
                    }
                    requireAlive();
                    if (method.getName().equals("setClientInfo")) {
                        counted.set(isCounted((String) arguments[1])); // somebody else has it now
                    }
                    boolean commit = counted.get() && method.getName().equals("commit");
                    if (commit) {
                        pass();
                    }
                    try {
                        Object result = method.invoke(physical, arguments);
                        if (commit) {
                            pass();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean isCounted(String applicationName) {
        return !applicationName.startsWith(UNCOUNTED);
    }

    private void pass() throws SQLException {
        requireAlive();
        if (count.incrementAndGet() == end) {
            dead = true;
            for (Connection connection : open) {
                connection.abort(Runnable::run);
            }
            throw new Killed();
        }
    }

    private void requireAlive() {
        if (dead) {
            throw new Killed();
        }
    }
}
