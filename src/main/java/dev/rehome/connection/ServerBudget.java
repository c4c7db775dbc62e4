package dev.rehome.connection;

import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections that this process may have open on one server, over all its pools. In use there are never more than
 * the limit; when idle ones of other homes fill it up, those of the home that was used longest ago are closed. Because
 * whoever asks for a new connection holds one of the limit's permits without using it yet, there is always an idle one
 * to close. Thread-safe.
 */
final class ServerBudget {
    private static final String NO_ROOM = "53300";

    private final String server;
    private final int limit;
    private final Semaphore permits;
    private final Waiting waiting = new Waiting();
    private final AtomicLong timeOuts = new AtomicLong();
    private final ServerHealth health;
    private final Set<HomePool> pools = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closed = lock.newCondition();
    /** Guarded by the lock. */
    private int open;

    /** @param patience after which a server that does not answer is taken for down */
    ServerBudget(String server, int limit, Duration patience) {
        this.server = server;
        this.limit = limit;
        this.permits = new Semaphore(limit, true);
        this.health = new ServerHealth(server, patience);
    }

    ServerHealth health() {
        return health;
    }

    void add(HomePool pool) {
        pools.add(pool);
    }

    void remove(HomePool pool) {
        pools.remove(pool);
    }

    /** Waits for the right to use one connection. */
    boolean acquire(Deadline deadline) throws InterruptedException {
        if (permits.getQueueLength() == 0 && permits.tryAcquire()) {
            return true;
        }
        boolean late = deadline.passed(); // whoever comes once more at the end has been counted
        boolean acquired =
                waiting.during(() -> permits.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
        if (!acquired && !late) {
            timeOuts.incrementAndGet();
        }
        return acquired;
    }

    /** The right to use one connection, if nobody else waits for it or would have to close an idle one. */
    boolean acquireSpare() {
        return hasRoom() && permits.getQueueLength() == 0 && permits.tryAcquire();
    }

    private boolean hasRoom() {
        lock.lock();
        try {
            return open < limit;
        } finally {
            lock.unlock();
        }
    }

    void release() {
        permits.release();
    }

    /**
     * Waits for room for one more open connection, making some if need be.
     *
     * @throws SQLException if there is none in time
     */
    void reserve(HomePool asking, Deadline deadline) throws SQLException {
        lock.lock();
        try {
            while (open >= limit) {
                closeIdleOfLeastRecentlyUsed(asking);
                if (closed.awaitNanos(deadline.remaining().toNanos()) <= 0 && open >= limit) {
                    throw new SQLTransientConnectionException("no room: " + figures(), NO_ROOM);
                }
            }
            open++;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("interrupted while waiting: " + figures(), NO_ROOM, e);
        } finally {
            lock.unlock();
        }
    }

    void unreserve() {
        lock.lock();
        try {
            open--;
            closed.signal();
        } finally {
            lock.unlock();
        }
    }

    int permitsTaken() {
        return limit - permits.availablePermits();
    }

    ServerFigures figures() {
        int idle = pools.stream().mapToInt(HomePool::idle).sum();
        return new ServerFigures(
                server,
                limit,
                permitsTaken(),
                idle,
                waiting.count(),
                waiting.longest(),
                timeOuts.get(),
                health.isDown());
    }

    private void closeIdleOfLeastRecentlyUsed(HomePool asking) {
        pools.stream()
                .filter(pool -> pool != asking && pool.idle() > 0)
                .min(Comparator.comparingLong(HomePool::lastUsedNanos))
                .ifPresent(HomePool::closeIdle);
    }
}
