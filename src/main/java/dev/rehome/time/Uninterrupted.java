package dev.rehome.time;

import java.util.Collection;

/** Waiting that has to come to its end, whatever happens to the thread that waits. */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Returns when all threads have ended. An interrupt meanwhile stays noted on this thread. */
    public static void join(Collection<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
