package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Residency;
import dev.rehome.fence.Residency.Holder;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlState;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.placement.Home;
import dev.rehome.time.Backoff;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Does short work with the tenant's fence up. The fence is a lock in one transaction: it comes down with its commit, with
 * its roll-back, or with the death of this process. While the tenant's own transactions are in the way, its new ones wait
 * too; so after a short time the fence is taken down again and tried later (R6).
 */
final class FencedWork {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /**
     * How often a transaction that is older than the budget is waited for without asking for the fence, which it would not
     * let us have in time. A tenant that always has one is asked for it after that all the same.
     */
    private static final int PATIENT_ATTEMPTS = 8;

    private static final int VALID_WITHIN_SECONDS = 1;

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

        /**
         * What is done before each attempt, with no fence up.
         *
         * @throws Postponed to try again later without having asked for the fence
         */
        default void prepare() throws SQLException, InterruptedException, Postponed {}

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
     * @throws Stopped between attempts, if the operator wants something else
     */
    static Duration run(MoveContext context, Home home, Work work) throws SQLException, InterruptedException {
        Deadline deadline = Deadline.in(context.options().cutover().deadline());
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
        for (int attempt = 1; ; attempt++) {
            context.checkpoint();
            // A connection of its own for each attempt, as the server may end it together with the fence.
            try (Connection connection = context.open(home)) {
                connection.setAutoCommit(false);
                if (attempt > 1 && work.isDone(connection)) {
                    return Duration.ZERO;
                }
                connection.commit();
                String reason;
                try {
                    work.prepare();
                    lookForLongTransactions(context, connection, attempt);
                    long askedAt = System.nanoTime();
                    reason = attempt(
                            context, connection, lockTimeout(context.options().cutover(), attempt), work);
                    Duration fenced = Duration.ofNanos(System.nanoTime() - askedAt);
                    context.listener().fenced(context.move(), askedAt, fenced);
                    if (reason.isEmpty()) {
                        context.waitFor(Optional.empty());
                        return fenced;
                    }
                } catch (Postponed e) {
                    reason = String.valueOf(e.getMessage());
                }
                context.waitFor(Optional.of("postponed: " + reason));
                context.listener().postponed(context.move(), reason);
                if (deadline.passed()) {
                    throw new RehomeException(
                            ErrorKind.BUSY,
                            "The fence of tenant " + context.tenant() + " could not be kept within its budget for "
                                    + context.options().cutover().deadline() + ": " + reason
                                    + " Run the move again when that is over.");
                }
            }
            deadline.sleep(backoff.next());
        }
    }

    /** A transaction that has lasted longer than the whole budget is not likely to end within it: nobody is made to wait for it. */
    private static void lookForLongTransactions(MoveContext context, Connection connection, int attempt)
            throws SQLException, Postponed {
        CutoverBudget budget = context.options().cutover();
        if (budget.cancelBlockersAfter().isPresent()) {
            for (Holder ended : Residency.endHolders(
                    connection, context.tenant(), budget.cancelBlockersAfter().get())) {
                context.journal().note(context.move(), "ended, as configured: " + ended);
            }
        }
        List<Holder> holders = Residency.holders(connection, context.tenant());
        connection.commit();
        boolean tooLong = holders.stream().anyMatch(holder -> holder.age().compareTo(budget.maxPause()) > 0);
        if (tooLong && attempt <= PATIENT_ATTEMPTS) {
            throw new Postponed(stillRunning(holders));
        }
    }

    /** Empty if it was done, else the reason why not. */
    private static String attempt(MoveContext context, Connection connection, Duration lockTimeout, Work work)
            throws SQLException, InterruptedException {
        Duration maxPause = context.options().cutover().maxPause();
        Deadline up = Deadline.in(maxPause);
        try {
            // Whatever need not wait for the fence comes before it: here nobody is made to wait yet.
            Residency.limitFence(connection, maxPause);
            context.lease().hold(connection); // R7
            Residency.fence(connection, context.tenant(), lockTimeout);
            work.run(connection, up);
            connection.commit();
            return "";
        } catch (Postponed e) {
            // The server may have taken the fence down by now, and its connection with it.
            MoverTransaction.rollback(connection, e);
            return String.valueOf(e.getMessage());
        } catch (InterruptedException | RuntimeException e) {
            MoverTransaction.rollback(connection, e);
            throw e;
        } catch (SQLException e) {
            MoverTransaction.rollback(connection, e);
            if (SqlState.isConnectionLost(e) && !connection.isValid(VALID_WITHIN_SECONDS)) {
                return "the server took the fence down after " + maxPause.toMillis() + " ms.";
            }
            if (!SqlState.isLockTimeout(e)) {
                throw e;
            }
            List<Holder> holders = Residency.holders(connection, context.tenant());
            connection.rollback();
            return holders.isEmpty() ? "its transactions had just ended." : stillRunning(holders);
        }
    }

    private static String stillRunning(List<Holder> holders) {
        return "still running: " + holders.stream().map(Holder::toString).collect(Collectors.joining(", ")) + ".";
    }

    /** Longer from attempt to attempt, for a tenant whose transactions are longer than was thought; within the budget. */
    private static Duration lockTimeout(CutoverBudget budget, int attempt) {
        Duration longer = budget.lockTimeout().multipliedBy(attempt);
        return longer.compareTo(budget.maxPause()) < 0 ? longer : budget.maxPause();
    }
}
