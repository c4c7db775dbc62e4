package dev.rehome.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a server answers. One that has not for as long as a request may wait is taken for down: its tenants are refused at
 * once instead of each waiting in vain with a thread, and one request every {@value #LOOK_MILLIS} ms looks whether it is back.
 * Thread-safe.
 */
final class ServerHealth {
    private static final long LOOK_MILLIS = 1_000;
    /** {@link System#nanoTime} may be any number, this one too; then the server seems to have answered just once more. */
    private static final long ANSWERS = 0;

    private final String server;
    private final long patienceNanos;
    private final AtomicLong silentSinceNanos = new AtomicLong(ANSWERS);
    private final AtomicLong lastLookNanos = new AtomicLong();

    ServerHealth(String server, Duration patience) {
        this.server = server;
        this.patienceNanos = patience.toNanos();
    }

    /** Whether to ask the server: it is not known to be down, or it is time to look again. */
    boolean isWorthAsking() {
        if (!isDown()) {
            return true;
        }
        long now = System.nanoTime();
        long last = lastLookNanos.get();
        return now - last >= TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS) && lastLookNanos.compareAndSet(last, now);
    }

    boolean isDown() {
        long since = silentSinceNanos.get();
        return since != ANSWERS && System.nanoTime() - since >= patienceNanos;
    }

    void answered() {
        if (silentSinceNanos.get() != ANSWERS) {
            silentSinceNanos.set(ANSWERS);
        }
    }

    /** No connection could be opened, for no other reason than that the server is not there. */
    void silent() {
        long now = System.nanoTime();
        silentSinceNanos.compareAndSet(ANSWERS, now);
        lastLookNanos.set(now);
    }

    String describe() {
        long silentNanos = System.nanoTime() - silentSinceNanos.get();
        return "server " + server + " has not answered for " + TimeUnit.NANOSECONDS.toMillis(silentNanos)
                + " ms and is asked once a second. Check that it is up.";
    }
}
