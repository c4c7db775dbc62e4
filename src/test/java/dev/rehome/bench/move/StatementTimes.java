package dev.rehome.bench.move;

import dev.rehome.placement.Servers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands between a mover and the driver, and notes when which kind of definition was being built. Thread-safe. */
final class StatementTimes {
    /** What takes long of what a move defines. */
    enum Kind {
        KEYS,
        INDEXES,
        STATISTICS,
        FOREIGN_KEYS;

        static @Nullable Kind of(String sql) {
            String lower = sql.toLowerCase(Locale.ROOT);
            if (lower.startsWith("analyze")) {
                return STATISTICS;
            } else if (lower.startsWith("create index")) {
                return INDEXES;
            } else if (lower.startsWith("create unique index")) {
                return KEYS;
            } else if (!lower.startsWith("alter table")) {
                return null;
            } else if (lower.contains(" foreign key ") || lower.contains(" validate constraint ")) {
                return FOREIGN_KEYS;
            }
            return lower.contains(" add constraint ") ? KEYS : null;
        }
    }

    private record Stretch(Kind kind, long beganNanos, long endedNanos) {}

    private final List<Stretch> stretches = new ArrayList<>();

    /** The same servers, watched. */
    Servers watch(Servers servers) {
        return servers.openedBy((url, properties) -> watched(DriverManager.getConnection(url, properties)));
    }

    synchronized void restart() {
        stretches.clear();
    }

    /** Seconds during which at least one statement of the kind was running. */
    synchronized Map<Kind, Double> seconds() {
        Map<Kind, Double> seconds = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            List<Stretch> sorted = stretches.stream()
                    .filter(stretch -> stretch.kind == kind)
                    .sorted(Comparator.comparingLong(Stretch::beganNanos))
                    .toList();
            long nanos = 0;
            long covered = Long.MIN_VALUE;
            for (Stretch stretch : sorted) {
                nanos += Math.max(0, stretch.endedNanos - Math.max(stretch.beganNanos, covered));
                covered = Math.max(covered, stretch.endedNanos);
            }
            seconds.put(kind, nanos / 1e9);
        }
        return seconds;
    }

    private synchronized void note(Kind kind, long beganNanos) {
        stretches.add(new Stretch(kind, beganNanos, System.nanoTime()));
    }

    private Connection watched(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            Object result = invoke(connection, method, arguments);
            return method.getName().equals("createStatement") ? watched((Statement) result) : result;
        });
    }

    private Statement watched(@Nullable Object statement) {
        return proxy(Statement.class, (method, arguments) -> {
            Kind kind = arguments != null && arguments.length > 0 && arguments[0] instanceof String sql
                    ? Kind.of(sql)
                    : null;
            long began = System.nanoTime();
            try {
                return invoke(statement, method, arguments);
            } finally {
                if (kind != null) {
                    note(kind, began);
                }
            }
        });
    }

    private interface Call {
        @Nullable
        Object on(Method method, @Nullable Object @Nullable [] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                StatementTimes.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.on(method, arguments)));
    }

    private static @Nullable Object invoke(
            @Nullable Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
