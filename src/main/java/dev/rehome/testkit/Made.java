package dev.rehome.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** What is there when an instance is made: the tenant's rows of the entities named before. */
public final class Made {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Function<Class<?>, Object> rows;

    Made(Function<Class<?>, Object> rows) {
        this.rows = rows;
    }

    /**
     * The tenant's row of another entity, for a reference to it.
     *
     * @throws IllegalArgumentException if that entity's sample does not come before this one's
     */
    public <E> E one(Class<E> type) {
        return type.cast(rows.apply(type));
    }

    /** A positive number that was never given before, for what has to be unique. */
    public int number() {
        return NUMBERS.incrementAndGet();
    }
}
