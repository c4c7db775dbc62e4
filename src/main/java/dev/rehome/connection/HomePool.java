package dev.rehome.connection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Home;
import dev.rehome.proof.Finding;
import dev.rehome.proof.IsolationProof;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pool that serves one home, or all schema homes of one database. Keeps nothing open that is not needed, shares its
 * house-keeping thread with all other pools, and serves no home before its isolation is proven: on the home's first use, so
 * that a thousand schemas are not all looked at because of the first of them, and one that is loose does not stop its
 * neighbours. Thread-safe.
 */
final class HomePool {
    /** One step of waiting; the hand-out loops until its own deadline and looks at {@link #lastFailure} in between. */
    private static final long WAIT_STEP_MILLIS = 1_000;

    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final HikariDataSource pool;
    private final ServerBudget budget;
    private final PhysicalConnections physical;
    private final @Nullable IsolationProof proof;
    private final LongAdder proofRefusals;
    private final Set<Home> proven = ConcurrentHashMap.newKeySet();
    /** Of the homes that are being proven. */
    private final ConcurrentMap<Home, Lock> proving = new ConcurrentHashMap<>();

    private volatile boolean sessionProven;
    private volatile long lastUsedNanos = System.nanoTime();

    HomePool(
            String name,
            PhysicalConnections.Opener opener,
            @Nullable IsolationProof proof,
            LongAdder proofRefusals,
            ServerBudget budget,
            ScheduledExecutorService scheduler,
            ThreadFactory threads,
            int maximumSize) {
        this.budget = budget;
        this.proof = proof;
        this.proofRefusals = proofRefusals;
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
        config.setThreadFactory(threads);
        this.pool = new HikariDataSource(config);
        budget.add(this);
    }

    /**
     * A connection with no transaction begun, for one of the homes of this pool.
     *
     * @throws SQLException if there is none within {@value #WAIT_STEP_MILLIS} ms
     * @throws RehomeException (CONFIGURATION) if isolation does not bind in the home
     */
    Connection borrow(Home home) throws SQLException, InterruptedException {
        lastUsedNanos = System.nanoTime();
        physical.forgetFailure();
        Connection connection = pool.getConnection();
        if (isProven(home)) {
            return connection;
        }
        boolean bound = false;
        try {
            proveOnce(connection, home);
            bound = true;
            return connection;
        } finally {
            if (!bound) {
                connection.close();
            }
        }
    }

    /**
     * Has so many connections idle that have been used, beside those that others use now, and proves the home, before requests
     * come that would have to wait for it. Takes nothing that others need.
     *
     * @param tried whether that has been done before: then idle ones count; else each is used, as the server may have ended
     *     them, and even have the home made anew
     * @throws SQLException also for each that the server has ended; the next attempt does without it
     */
    void warmUp(Home home, int wanted, boolean tried, FirstUse firstUse) throws SQLException, InterruptedException {
        lastUsedNanos = System.nanoTime();
        int enough = wanted + lent();
        if (tried && idle() >= enough && isProven(home)) {
            return;
        }
        List<Connection> held = new ArrayList<>();
        try {
            while (held.size() < enough && hasRoom() && budget.acquireSpare()) {
                boolean borrowed = false;
                try {
                    Connection connection = borrow(home);
                    borrowed = true;
                    held.add(connection);
                    firstUse.on(connection);
                } finally {
                    if (!borrowed) {
                        budget.release();
                    }
                }
            }
        } finally {
            for (Connection connection : held) {
                try {
                    connection.close();
                } finally {
                    budget.release();
                }
            }
        }
    }

    private boolean hasRoom() {
        return lent() < pool.getMaximumPoolSize();
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

    /** Whether nobody has borrowed since before that moment. */
    boolean isUnusedSince(long nanoTime) {
        return lastUsedNanos - nanoTime < 0;
    }

    int lent() {
        return pool.getHikariPoolMXBean().getActiveConnections();
    }

    /** What is lent is lost. */
    void close() {
        budget.remove(this);
        pool.close();
    }

    /** How many homes have been proven, on their first use. */
    int provenHomes() {
        return proven.size();
    }

    ServerBudget budget() {
        return budget;
    }

    /**
     * After a cutover all of a tenant's threads come at once to a home that nobody has used yet: one of them proves it, the
     * others take its word. Nobody relies on a proof that takes long: whoever has waited in vain proves it, too.
     */
    private void proveOnce(Connection connection, Home home) throws SQLException, InterruptedException {
        Lock lock = proving.computeIfAbsent(home, missing -> new ReentrantLock());
        boolean locked = lock.tryLock(WAIT_STEP_MILLIS, TimeUnit.MILLISECONDS);
        try {
            if (proof != null && !proven.contains(home)) {
                prove(connection, home, proof);
            }
        } finally {
            if (locked) {
                lock.unlock();
            }
            proving.remove(home, lock);
        }
    }

    private boolean isProven(Home home) {
        return proof == null || proven.contains(home);
    }

    private void prove(Connection connection, Home home, IsolationProof proof) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        if (!sessionProven) {
            findings.addAll(proof.ofSession(connection));
            sessionProven = findings.isEmpty();
        }
        List<Finding> ofHome = connection.isClosed() ? List.of() : proof.ofHome(connection, home);
        boolean absent = IsolationProof.isAbsence(ofHome);
        if (!absent) {
            findings.addAll(ofHome);
        }
        if (!findings.isEmpty()) {
            proofRefusals.increment();
            throw Finding.refusal(home.toString(), findings);
        }
        if (!absent) { // else whoever enters is told where the tenant went, and the home is proven when it is there
            proven.add(home);
        }
    }

    static Deadline stepDeadline() {
        return Deadline.in(Duration.ofMillis(WAIT_STEP_MILLIS));
    }
}
