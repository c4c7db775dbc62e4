package dev.rehome.connection;

import dev.rehome.jdbc.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is open, whether lent or idle. Used by one thread at a time: whoever has taken it out of its
 * {@link ServerBudget} has it alone.
 */
final class PhysicalConnection {
    private static final long LIFETIME_NANOS = TimeUnit.MINUTES.toNanos(30);
    /** Idle for no longer than this, it is lent without a look: what has just worked is rarely dead. */
    private static final long TRUSTED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int LOOK_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(PhysicalConnection.class);

    private final Connection driver;
    private final HomePool pool;
    private final int networkTimeoutMillis;
    /** Varies, so that connections that were opened together are not closed together. */
    private final long expiresNanos;

    private long idleSinceNanos;
    private boolean broken;

    PhysicalConnection(Connection driver, HomePool pool) throws SQLException {
        this.driver = driver;
        this.pool = pool;
        this.networkTimeoutMillis = driver.getNetworkTimeout();
        // Else lock and settings of enter would be gone before the borrower's first statement.
        driver.setAutoCommit(false);
        long lifetime = LIFETIME_NANOS - ThreadLocalRandom.current().nextLong(LIFETIME_NANOS / 10);
        this.expiresNanos = System.nanoTime() + lifetime;
    }

    Connection driver() {
        return driver;
    }

    HomePool pool() {
        return pool;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void idleFromNow() {
        idleSinceNanos = System.nanoTime();
    }

    /** It must not be lent again. */
    void markBroken() {
        broken = true;
    }

    /** Takes notice of a failure that its borrower sees. */
    SQLException noticed(SQLException failure) {
        if (SqlState.isConnectionLost(failure)) {
            broken = true;
        }
        return failure;
    }

    /** Whether an idle one can be lent; one that has not been used for a while is asked. */
    boolean isUsable() throws SQLException {
        long now = System.nanoTime();
        return expiresNanos - now > 0
                && !driver.isClosed()
                && (now - idleSinceNanos < TRUSTED_NANOS || driver.isValid(LOOK_SECONDS));
    }

    /**
     * Makes it as it was before it was lent.
     *
     * @param statements those of the borrower, which must not work on the next one's behalf
     * @param unchangeable whether the borrower has changed what only a round trip could change back
     * @return false if it cannot be lent again
     */
    boolean cleaned(Collection<Statement> statements, boolean unchangeable) {
        try {
            for (Statement statement : statements) {
                statement.close();
            }
            if (broken || unchangeable || driver.isClosed()) {
                return false;
            }
            if (!driver.getAutoCommit()) {
                driver.rollback(); // no round trip if nothing is open
            }
            driver.setReadOnly(false);
            driver.setAutoCommit(false);
            if (driver.getNetworkTimeout() != networkTimeoutMillis) {
                driver.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
            }
            driver.clearWarnings();
            return expiresNanos - System.nanoTime() > 0;
        } catch (SQLException e) {
            return false; // it is closed, and whoever asks next gets another one
        }
    }

    /** Closes it; a server that does not hear of that notices by itself. */
    void close() {
        try {
            driver.close();
        } catch (SQLException e) {
            LOG.debug("connection=close sqlstate={}", e.getSQLState()); // it is gone either way
        }
    }
}
