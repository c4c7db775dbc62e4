package dev.rehome.life;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.fence.Residency;
import dev.rehome.fence.Residency.Holder;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Placement;
import dev.rehome.time.Backoff;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Refuses a tenant's new transactions and lets the running ones end; admits them again. The state is written first, so that
 * nobody waits in vain: whoever enters afterwards is told so at once. Then the fence is taken for a moment, which is given when
 * everything that had entered has ended. Both can be repeated.
 */
final class Suspension {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

    private final LifeTools tools;

    Suspension(LifeTools tools) {
        this.tools = tools;
    }

    /** Afterwards nothing of the tenant's is running, and its home admits nothing. */
    void suspend(Undertaking undertaking, Placement placement, LifeState state, Deadline deadline)
            throws SQLException, InterruptedException {
        tools.claim(placement.home(), undertaking.lease());
        refuse(placement, undertaking.lease(), deadline);
        undertaking.state(state, placement.home() + " refuses its new transactions");
        drain(placement, deadline);
    }

    /** From when this returns no new transaction is admitted. The lease has been claimed at the home. */
    private void refuse(Placement placement, Lease lease, Deadline deadline) throws SQLException, InterruptedException {
        change(placement, lease, deadline, Residency::suspend);
    }

    /** From when this returns the tenant is admitted. The lease has been claimed at the home. */
    void admit(Placement placement, Lease lease, Deadline deadline) throws SQLException, InterruptedException {
        change(placement, lease, deadline, Residency::resume);
    }

    private interface Change {
        boolean make(Connection connection, Placement placement) throws SQLException;
    }

    /** A transaction above READ COMMITTED keeps the residency row as it is until it ends. */
    private void change(Placement placement, Lease lease, Deadline deadline, Change change)
            throws SQLException, InterruptedException {
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        while (true) {
            try {
                boolean known = tools.write(placement.home(), lease, connection -> {
                    limitWaiting(connection);
                    return change.make(connection, placement);
                });
                if (!known) {
                    throw new RehomeException(
                            ErrorKind.STALE,
                            "Tenant " + placement.tenant() + " does not live in " + placement.home() + " at epoch "
                                    + placement.epoch() + ". 'rehome doctor' compares the directory with the homes.");
                }
                return;
            } catch (SQLException e) {
                if (!SqlState.isLockTimeout(e)) {
                    throw e;
                }
                giveUpIfLate(placement, deadline);
                deadline.sleep(backoff.next());
            }
        }
    }

    private static void limitWaiting(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = " + LOCK_TIMEOUT.toMillis());
        }
    }

    /**
     * Waits until every transaction that had entered has ended.
     *
     * @throws RehomeException (BUSY) if one has not by the deadline; the message names it
     */
    private void drain(Placement placement, Deadline deadline) throws SQLException, InterruptedException {
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        while (true) {
            try (Connection connection = tools.open(placement.home())) {
                connection.setAutoCommit(false);
                try {
                    Residency.fence(connection, placement.tenant(), LOCK_TIMEOUT);
                    connection.commit();
                    return;
                } catch (SQLException e) {
                    MoverTransaction.rollback(connection, e);
                    if (!SqlState.isLockTimeout(e)) {
                        throw e;
                    }
                }
            }
            giveUpIfLate(placement, deadline);
            deadline.sleep(backoff.next());
        }
    }

    private void giveUpIfLate(Placement placement, Deadline deadline) throws SQLException {
        if (!deadline.passed()) {
            return;
        }
        List<Holder> holders;
        try (Connection connection = tools.open(placement.home())) {
            holders = Residency.holders(connection, placement.tenant());
        }
        throw new RehomeException(
                ErrorKind.BUSY,
                "Tenant " + placement.tenant() + " still has transactions that are running: "
                        + holders.stream().map(Holder::toString).collect(Collectors.joining(", "))
                        + ". Repeat it when they have ended, or resume the tenant.");
    }
}
