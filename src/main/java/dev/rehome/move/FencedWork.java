package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Home;
import dev.rehome.time.Backoff;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * Does short work with the tenant's fence up. The fence is a lock in one transaction: it comes down with its commit, with
 * its roll-back, or with the death of this process. While the tenant's own transactions are in the way, its new ones wait
 * too; so after a short time the fence is taken down again and tried later (R6).
 */
final class FencedWork {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private FencedWork() {}

    /** The work could not be done within its budget. */
    static final class Postponed extends Exception {
        private static final long serialVersionUID = 1L;

        Postponed(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Work with the fence up. */
    interface Work {
        /**
         * Does it.
         *
         * @param fence the connection that holds the fence, in its transaction, which is committed afterwards
         * @param up how long the fence may still be up
         * @throws Postponed to take the fence down, undo what was done on its connection, and try again later
         */
        void run(Connection fence, Deadline up) throws SQLException, InterruptedException, Postponed;

        /** What is done before each attempt, with no fence up. */
        default void prepare() throws SQLException, InterruptedException {}

        /** Whether an attempt whose connection was lost has been committed all the same. */
        default boolean isDone(Connection connection) throws SQLException {
            return false;
        }
    }

    /**
     * Does it, as often as it takes.
     *
     * @return how long the fence of the successful attempt was up
     * @throws RehomeException (BUSY) if it could not be done before the cutover's deadline; the message names who was in
     *     the way
     */
    static Duration run(MoveContext context, Home home, Work work) throws SQLException, InterruptedException {
        Deadline deadline = Deadline.in(context.options().cutoverDeadline());
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        for (int attempt = 1; ; attempt++) {
            // A connection of its own for each attempt, as the server may end it together with the fence.
            try (Connection connection = context.servers().open(home, DatabaseRole.MOVER, Prepare.APPLICATION)) {
                connection.setAutoCommit(false);
                if (attempt > 1 && work.isDone(connection)) {
                    return Duration.ZERO;
                }
                connection.commit();
                work.prepare();
                long askedAt = System.nanoTime();
                String reason = attempt(context, connection, lockTimeout(context.options(), attempt), work);
                Duration fenced = Duration.ofNanos(System.nanoTime() - askedAt);
                context.listener().fenced(context.move(), askedAt, fenced);
                if (reason.isEmpty()) {
                    return fenced;
                }
                context.listener().postponed(context.move(), reason);
                if (deadline.passed()) {
                    throw new RehomeException(
                            ErrorKind.BUSY,
                            "The fence of tenant " + context.tenant() + " could not be kept within its budget for "
                                    + context.options().cutoverDeadline() + ": " + reason
                                    + " Run the move again when that is over.");
                }
            }
            deadline.sleep(backoff.next());
        }
    }

    /** Empty if it was done, else the reason why not. */
    private static String attempt(MoveContext context, Connection connection, Duration lockTimeout, Work work)
            throws SQLException, InterruptedException {
        Deadline up = Deadline.in(context.options().maxPause());
        try {
            Residency.fence(connection, context.tenant(), lockTimeout);
            Residency.limitFence(connection, up.remaining());
            work.run(connection, up);
            connection.commit();
            return "";
        } catch (Postponed e) {
            // The server may have taken the fence down by now, and its connection with it.
            MoverTransaction.rollback(connection, e);
            return String.valueOf(e.getMessage());
        } catch (SQLException e) {
            MoverTransaction.rollback(connection, e);
            if (SqlState.isConnectionLost(e)) {
                return "the server took the fence down after "
                        + context.options().maxPause().toMillis() + " ms.";
            }
            if (!SqlState.isLockTimeout(e)) {
                throw e;
            }
            String holders = Residency.holders(connection, context.tenant()).stream()
                    .map(Residency.Holder::toString)
                    .collect(Collectors.joining(", "));
            connection.rollback();
            return holders.isEmpty() ? "its transactions had just ended." : "still running: " + holders + ".";
        }
    }

    /** Longer from attempt to attempt, for a tenant whose transactions are longer than was thought; within the budget. */
    private static Duration lockTimeout(MoveOptions options, int attempt) {
        Duration longer = options.lockTimeout().multipliedBy(attempt);
        return longer.compareTo(options.maxPause()) < 0 ? longer : options.maxPause();
    }
}
