package dev.rehome.connection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rehome.error.RehomeException;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pool that serves one home, or all schema homes of one database. Keeps nothing open that is not needed, shares its
 * house-keeping thread with all other pools, and serves nobody before its isolation is proven. Thread-safe.
 */
final class HomePool {
    /** One step of waiting; the hand-out loops until its own deadline and looks at {@link #lastFailure} in between. */
    private static final long WAIT_STEP_MILLIS = 1_000;

    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final HikariDataSource pool;
    private final ServerBudget budget;
    private final PhysicalConnections physical;
    private final @Nullable IsolationProof proof;
    /** Set in each transaction, where a connection cannot begin with it. */
    private final Optional<String> localPath;

    private final ReentrantLock proving = new ReentrantLock();
    private volatile boolean proven;
    private volatile long lastUsedNanos = System.nanoTime();

    HomePool(
            String name,
            PhysicalConnections.Opener opener,
            @Nullable IsolationProof proof,
            Optional<String> localPath,
            ServerBudget budget,
            ScheduledExecutorService scheduler,
            int maximumSize) {
        this.budget = budget;
        this.proof = proof;
        this.localPath = localPath;
        this.physical = new PhysicalConnections(opener, budget, this);
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(physical);
        // Without autocommit off, lock and settings of enter would be gone before the first statement.
        config.setAutoCommit(false);
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(maximumSize);
        config.setIdleTimeout(IDLE_MILLIS);
        config.setConnectionTimeout(WAIT_STEP_MILLIS);
        config.setInitializationFailTimeout(-1);
        config.setScheduledExecutor(scheduler);
        this.pool = new HikariDataSource(config);
        budget.add(this);
    }

    /**
     * A connection with no transaction begun.
     *
     * @throws SQLException if there is none within {@value #WAIT_STEP_MILLIS} ms
     * @throws RehomeException (CONFIGURATION) if row-level security does not bind here
     */
    Connection borrow() throws SQLException {
        lastUsedNanos = System.nanoTime();
        physical.forgetFailure();
        Connection connection = pool.getConnection();
        if (!proven && proof != null) {
            prove(connection, proof);
        }
        return connection;
    }

    /** Why the latest attempt to open a connection failed, since the latest {@link #borrow} began. */
    @Nullable
    SQLException lastFailure() {
        return physical.lastFailure();
    }

    int idle() {
        return pool.getHikariPoolMXBean().getIdleConnections();
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** Closes the idle connections; those in use are closed when they come back. */
    void closeIdle() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    /** Takes a broken connection out of the pool. */
    void evict(Connection connection) {
        pool.evictConnection(connection);
    }

    void close() {
        budget.remove(this);
        pool.close();
    }

    ServerBudget budget() {
        return budget;
    }

    private void prove(Connection connection, IsolationProof proof) throws SQLException {
        boolean bound = false;
        proving.lock();
        try {
            if (!proven) {
                setLocalPath(connection);
                proof.check(connection);
                proven = true;
            }
            bound = true;
        } finally {
            proving.unlock();
            if (!bound) {
                connection.close();
            }
        }
    }

    private void setLocalPath(Connection connection) throws SQLException {
        if (localPath.isPresent()) {
            try (PreparedStatement statement =
                    connection.prepareStatement("select set_config('search_path', ?, true)")) {
                statement.setString(1, localPath.get());
                statement.execute();
            }
        }
    }

    static Deadline stepDeadline() {
        return Deadline.in(Duration.ofMillis(WAIT_STEP_MILLIS));
    }
}
