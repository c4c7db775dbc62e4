package dev.rehome.testkit;

import java.math.BigDecimal;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Other values than those that are there. */
final class Changes {
    private static final Set<Class<?>> CHANGEABLE =
            Set.of(String.class, Integer.class, Long.class, Boolean.class, BigDecimal.class);

    private Changes() {}

    static boolean canChange(Class<?> type) {
        return CHANGEABLE.contains(type);
    }

    /** As long as the old value, so that it fits where that one does. */
    static Object changed(Class<?> type, @Nullable Object old) {
        if (old instanceof String text && !text.isEmpty()) {
            return (text.charAt(0) == 'x' ? "y" : "x") + text.substring(1);
        }
        if (old instanceof Integer number) {
            return number + 1;
        }
        if (old instanceof Long number) {
            return number + 1;
        }
        if (old instanceof Boolean flag) {
            return !flag;
        }
        if (old instanceof BigDecimal number) {
            return number.add(BigDecimal.ONE);
        }
        return first(type);
    }

    private static Object first(Class<?> type) {
        if (type == String.class) {
            return "x";
        }
        if (type == Integer.class) {
            return 1;
        }
        if (type == Long.class) {
            return 1L;
        }
        if (type == Boolean.class) {
            return true;
        }
        return BigDecimal.ONE;
    }

    /** An identifier of the same type that nobody has. */
    static Object unusedLike(Object id) {
        if (id instanceof UUID) {
            return UUID.randomUUID();
        }
        long number = ThreadLocalRandom.current().nextLong(1L << 30, 1L << 31);
        if (id instanceof Long) {
            return number;
        }
        if (id instanceof Integer) {
            return (int) number;
        }
        return "unused-" + number;
    }
}
