package dev.rehome.connection;

import dev.rehome.time.DaemonThreads;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ThreadFactory;

/**
 * The threads in which pools open and close connections. A pool has up to two of them, and keeps them for five seconds after
 * their last work. They do nothing but wait for servers, so they are virtual where the JVM has such threads (Java 21): then
 * a thousand homes in use take a handful of real ones.
 */
final class PoolThreads {
    private static final String NAME = "rehome-pool-";

    private PoolThreads() {}

    static ThreadFactory factory() {
        return Runtime.version().feature() < 21 ? DaemonThreads.named(NAME) : virtual();
    }

    /** {@code Thread.ofVirtual().name(NAME, 0).factory()}, which Java 17 cannot compile. */
    private static ThreadFactory virtual() {
        try {
            Object named = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            named = builder.getMethod("name", String.class, long.class).invoke(named, NAME, 0L);
            return (ThreadFactory) builder.getMethod("factory").invoke(named);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " without virtual threads", e);
        }
    }
}
