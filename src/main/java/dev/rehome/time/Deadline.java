package dev.rehome.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The moment at which waiting ends. Carried through every step of an operation, so that the steps share one time limit
 * instead of each having its own. Immutable.
 */
public final class Deadline {
    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    public static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** What is left; zero when the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean passed() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /**
     * Waits for the pause or until the deadline, whichever is sooner.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void sleep(Duration pause) throws InterruptedException {
        long nanos = Math.min(pause.toNanos(), remaining().toNanos());
        if (nanos > 0) {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
