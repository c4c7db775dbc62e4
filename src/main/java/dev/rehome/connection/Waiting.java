package dev.rehome.connection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Who waits at this moment, and how long anybody has ever waited. Thread-safe. */
final class Waiting {
    private final Set<Turn> turns = ConcurrentHashMap.newKeySet();
    private final AtomicLong longestNanos = new AtomicLong();

    /** Equal to itself only. */
    private static final class Turn {
        private final long sinceNanos = System.nanoTime();
    }

    /** What may take a while. */
    @FunctionalInterface
    interface Wait {
        boolean succeeds() throws InterruptedException;
    }

    boolean during(Wait wait) throws InterruptedException {
        Turn turn = new Turn();
        turns.add(turn);
        try {
            return wait.succeeds();
        } finally {
            turns.remove(turn);
            longestNanos.accumulateAndGet(System.nanoTime() - turn.sinceNanos, Math::max);
        }
    }

    int count() {
        return turns.size();
    }

    /** Of those who wait and those who have waited. */
    Duration longest() {
        long now = System.nanoTime();
        long waitingNanos =
                turns.stream().mapToLong(turn -> now - turn.sinceNanos).max().orElse(0);
        return Duration.ofNanos(Math.max(waitingNanos, longestNanos.get()));
    }
}
