package dev.rehome.connection;

import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections that this process may have open on one server, over all its pools. In use there are never more than
 * the limit; when idle ones of other homes fill it up, those of the home that was used longest ago are closed. Because
 * whoever asks for a new connection holds one of the limit's permits without using it yet, there is always an idle one
 * to close. Thread-safe.
 */
final class ServerBudget {
    private final String server;
    private final int limit;
    private final Semaphore permits;
    private final Set<HomePool> pools = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closed = lock.newCondition();
    private int open;

    ServerBudget(String server, int limit) {
        this.server = server;
        this.limit = limit;
        this.permits = new Semaphore(limit, true);
    }

    void add(HomePool pool) {
        pools.add(pool);
    }

    void remove(HomePool pool) {
        pools.remove(pool);
    }

    /** Waits for the right to use one connection. */
    boolean acquire(Deadline deadline) throws InterruptedException {
        return permits.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
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
                    throw new SQLTransientConnectionException(describe(), "08000");
                }
            }
            open++;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("interrupted while waiting: " + describe(), "08000", e);
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

    String describe() {
        return "server " + server + " has " + (limit - permits.availablePermits()) + " of " + limit
                + " connections in use and " + permits.getQueueLength()
                + " requests wait. Shorten transactions or raise max_connections_per_server.";
    }

    private void closeIdleOfLeastRecentlyUsed(HomePool asking) {
        pools.stream()
                .filter(pool -> pool != asking && pool.idle() > 0)
                .min(Comparator.comparingLong(HomePool::lastUsedNanos))
                .ifPresent(HomePool::closeIdle);
    }
}
