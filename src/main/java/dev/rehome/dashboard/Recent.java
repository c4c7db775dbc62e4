package dev.rehome.dashboard;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that may be a few seconds old, so that many who look cost as much as one. Thread-safe. */
final class Recent<T> {
    private final Supplier<T> source;
    private final long lifeNanos;
    private final LongSupplier nanoTime;
    private @Nullable T value;
    private long readAtNanos;

    Recent(Supplier<T> source, Duration life, LongSupplier nanoTime) {
        this.source = source;
        this.lifeNanos = life.toNanos();
        this.nanoTime = nanoTime;
    }

    synchronized T get() {
        T known = value;
        if (known == null || nanoTime.getAsLong() - readAtNanos > lifeNanos) {
            known = source.get();
            value = known;
            readAtNanos = nanoTime.getAsLong();
        }
        return known;
    }
}
