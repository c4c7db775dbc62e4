package dev.rehome.dashboard;

import java.util.Map;
import java.util.function.LongSupplier;

/** How much an address may ask: so much at once, and so much a second in the long run. Thread-safe. */
final class RequestRate {
    private static final int MOST_ADDRESSES = 10_000;
    private static final double NANOS = 1e9;

    private static final class Bucket {
        private double left;
        private long filledAtNanos;

        Bucket(double left, long now) {
            this.left = left;
            this.filledAtNanos = now;
        }
    }

    private final double burst;
    private final double perSecond;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new BoundedMap<>(MOST_ADDRESSES);

    RequestRate(double burst, double perSecond, LongSupplier nanoTime) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    synchronized boolean admits(String address) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(Addresses.limited(address), first -> new Bucket(burst, now));
        bucket.left = Math.min(burst, bucket.left + (now - bucket.filledAtNanos) / NANOS * perSecond);
        bucket.filledAtNanos = now;
        if (bucket.left < 1) {
            return false;
        }
        bucket.left--;
        return true;
    }
}
