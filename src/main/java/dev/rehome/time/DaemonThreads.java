package dev.rehome.time;

import java.util.concurrent.ThreadFactory;

/** Threads that no process waits for when it ends. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** A factory whose threads all have this name. Thread-safe. */
    public static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
