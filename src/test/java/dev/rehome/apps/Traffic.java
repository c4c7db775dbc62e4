package dev.rehome.apps;

import dev.rehome.fence.TransactionMode;
import dev.rehome.tenant.TenantId;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A lane that works in a thread of its own until it is stopped. */
final class Traffic {
    private static final long PATIENCE_SECONDS = 60;
    /** Between two transactions, as the machines that run tests have few processors. */
    private static final long THINKING_MILLIS = 5;

    private final String name;
    private final TenantId tenant;
    private final Lane lane;
    private final TransactionMode mode;
    private final Events events;
    private final Semaphore transactions = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopped;

    Traffic(String name, TenantId tenant, Lane lane, TransactionMode mode, Events events) {
        this.name = name;
        this.tenant = tenant;
        this.lane = lane;
        this.mode = mode;
        this.events = events;
        this.thread = new Thread(this::run, "traffic " + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Until that many transactions have been acknowledged which were not when this was called. Returns the latest one's home. */
    String await(int count) throws InterruptedException {
        transactions.drainPermits();
        if (!transactions.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the traffic stands still");
        }
        return lane.home();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    private void run() {
        while (!stopped) {
            try {
                lane.work(mode);
                transactions.release();
                TimeUnit.MILLISECONDS.sleep(THINKING_MILLIS);
            } catch (Exception e) {
                // The driving process decides which faults are allowed; most tests allow none.
                events.fault(tenant, name, e);
            }
        }
    }
}
