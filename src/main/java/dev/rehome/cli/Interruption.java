package dev.rehome.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (or a polite kill) into an interrupt of the thread that made this, and keeps the process alive until it has
 * closed it, so that moves are left in good order.
 */
final class Interruption {
    private static final long LONGEST_SECONDS = 15;

    private final Thread hook;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Interruption(Thread worker) {
        this.hook = new Thread(() -> {
            worker.interrupt();
            try {
                closed.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    static Interruption ofThisThread() {
        Interruption interruption = new Interruption(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException beingShutDown) {
            // Then the hook is running, and ends now.
        }
    }
}
