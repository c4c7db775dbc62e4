package dev.rehome.time;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses between attempts: doubling from the first to the longest, each drawn at random from its upper half so that
 * waiters do not return together. Not thread-safe; one per operation.
 */
public final class Backoff {
    private final long longestNanos;
    private long nextNanos;

    public Backoff(Duration first, Duration longest) {
        this.nextNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
    }

    public Duration next() {
        long pause = nextNanos;
        nextNanos = Math.min(longestNanos, nextNanos * 2);
        return Duration.ofNanos(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    }
}
