package dev.rehome.connection;

import dev.rehome.time.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections that this process may have open on one server, over all its homes. Whoever wants to use one takes a permit
 * first, in the order in which they came; with a permit there is always a connection to be had without waiting: an idle one of
 * the home, or room for a new one, made by closing the one of any home that has been idle for longest. Thread-safe.
 */
final class ServerBudget {
    private final String server;
    private final int limit;
    private final Semaphore permits;
    private final Waiting waiting = new Waiting();
    private final ServerHealth health;

    private final ReentrantLock lock = new ReentrantLock();
    /** Over all homes, the one that came back longest ago first. */
    private final Set<PhysicalConnection> idle = new LinkedHashSet<>();
    /** By home, the one that came back last last. */
    private final Map<HomePool, Deque<PhysicalConnection>> idleOf = new HashMap<>();
    /** Lent, idle or being opened. */
    private int open;

    private boolean closed;

    ServerBudget(String server, int limit, Duration patience) {
        this.server = server;
        this.limit = limit;
        this.permits = new Semaphore(limit, true);
        this.health = new ServerHealth(server, patience);
    }

    ServerHealth health() {
        return health;
    }

    /** Waits for the right to use one connection. */
    boolean acquire(Deadline deadline) throws InterruptedException {
        if (permits.getQueueLength() == 0 && permits.tryAcquire()) {
            return true;
        }
        return waiting.during(
                () -> permits.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Gives the right back; the connection has been given back or closed before. */
    void release() {
        permits.release();
    }

    /** The home's idle connection that was used last; the caller has a permit. */
    @Nullable
    PhysicalConnection takeIdle(HomePool home) {
        lock.lock();
        try {
            Deque<PhysicalConnection> own = idleOf.get(home);
            PhysicalConnection taken = own == null ? null : own.peekLast();
            if (taken != null) {
                forget(taken);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for one more connection; the caller has a permit and opens it, or says {@link #closed}. */
    void makeRoom() {
        PhysicalConnection oldest = null;
        lock.lock();
        try {
            if (open < limit) {
                open++;
            } else {
                // There are as many permits as connections, and the caller's has none yet: so one is idle.
                oldest = idle.iterator().next();
                forget(oldest);
            }
        } finally {
            lock.unlock();
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /** A connection was closed, or could not be opened. */
    void closed() {
        lock.lock();
        try {
            open--;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a connection that came back; false if this is no time for that. */
    boolean keep(PhysicalConnection connection) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            connection.idleFromNow();
            idle.add(connection);
            idleOf.computeIfAbsent(connection.pool(), first -> new ArrayDeque<>())
                    .addLast(connection);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Closes what has been idle since before that moment. */
    void closeIdleSince(long nanoTime) {
        List<PhysicalConnection> old = new ArrayList<>();
        lock.lock();
        try {
            for (PhysicalConnection connection : idle) {
                if (connection.idleSinceNanos() - nanoTime >= 0) {
                    break;
                }
                old.add(connection);
            }
            old.forEach(this::forget);
            open -= old.size();
        } finally {
            lock.unlock();
        }
        old.forEach(PhysicalConnection::close);
    }

    /** Closes what is idle, and what comes back from now on. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        closeIdleSince(System.nanoTime() + TimeUnit.DAYS.toNanos(1));
    }

    int permitsTaken() {
        return limit - permits.availablePermits();
    }

    ServerFigures figures() {
        lock.lock();
        try {
            return new ServerFigures(
                    server,
                    limit,
                    open - idle.size(),
                    idle.size(),
                    waiting.count(),
                    waiting.longest(),
                    health.isDown());
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private void forget(PhysicalConnection connection) {
        idle.remove(connection);
        Deque<PhysicalConnection> own = idleOf.get(connection.pool());
        if (own != null) {
            own.removeLastOccurrence(connection);
            if (own.isEmpty()) {
                idleOf.remove(connection.pool());
            }
        }
    }
}
