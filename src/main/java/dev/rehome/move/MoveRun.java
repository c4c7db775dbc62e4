package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Database;
import dev.rehome.placement.Home;
import dev.rehome.time.Backoff;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mover's run of a move, from the phase that the journal says to the end. A phase whose database fails is run again from
 * its start (R5), with connections and a comparison that begin anew. Used by one thread.
 */
final class MoveRun {
    private static final Logger LOG = LoggerFactory.getLogger(MoveRun.class);
    private static final Map<MovePhase, Phase> PHASES = Map.of(
            MovePhase.PREPARE, new Prepare(),
            MovePhase.BACKFILL, new CopyRows(),
            MovePhase.CATCH_UP, new FollowChanges(),
            MovePhase.VERIFY, new CompareSides(),
            MovePhase.CUTOVER, new SwitchOver(),
            MovePhase.SOAK, new Soak(),
            MovePhase.RETIRE, new Retire(),
            MovePhase.ROLL_BACK, new RollBack(),
            MovePhase.CANCEL, new Cancel());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /**
     * Ends what runs of this move left behind, which may be in the middle of a statement; and waits for that. All are told first, as the
     * server waits for one after the other.
     */
    private static final String END_RUNS_BEFORE = """
            select pg_terminate_backend(pid%s)
              from (select pid, split_part(application_name, '/', 2) as lease_no
                      from pg_stat_activity where application_name like ? and pid <> pg_backend_pid()) a
             where lease_no ~ '^[0-9]+$' and lease_no::bigint < ?""";

    private final MoveContext context;
    private final LeaseKeeper keeper;
    private final long began = System.nanoTime();
    private Move move;
    private boolean claimed;
    private @Nullable Deadline retries;
    private Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);

    MoveRun(MoveContext context, LeaseKeeper keeper) {
        this.context = context;
        this.keeper = keeper;
        this.move = context.move();
    }

    /** Runs it; what {@link Mover#run} says. */
    MoveReport toTheEnd() throws InterruptedException {
        while (!move.phase().isTerminal()) {
            try {
                step();
                retries = null;
                backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
            } catch (SQLException e) {
                afterFailure(e, SqlState.isPassing(e), external(e));
            } catch (RehomeException e) {
                boolean passing = e.kind() == ErrorKind.EXTERNAL
                        && e.getCause() instanceof SQLException cause
                        && SqlState.isPassing(cause);
                afterFailure(e, passing, e);
            }
        }
        context.enter(move.phase());
        return context.report(move, Duration.ofNanos(System.nanoTime() - began));
    }

    private void step() throws SQLException, InterruptedException {
        boolean entered = context.enter(move.phase());
        Outcome outcome;
        try {
            if (!claimed) {
                claim();
                claimed = true;
            } else if (entered) {
                keeper.renew();
            }
            context.checkpoint();
            outcome = run(move.phase());
            context.keepReports();
        } catch (Stopped stopped) {
            context.closeFlow();
            outcome = stopped.outcome();
        }
        take(outcome);
    }

    /** R7: before the first write, whoever ran this move before is shut out of both homes. */
    private void claim() throws SQLException {
        if (move.phase() == MovePhase.PLANNED) {
            context.homes().bringUp(context.source().database());
        }
        boolean again = retries != null;
        if (again || move.phase() != MovePhase.PLANNED) {
            // After a failure also what this run itself has lost sight of: a server may not have noticed yet.
            long first = move.lease().number() + (again ? 1 : 0);
            for (Database database : context.onEachServer()) {
                endRunsBefore(first, database.server());
            }
        }
        for (Home home : context.inEachDatabase()) {
            context.claimIfMade(home);
        }
        keeper.renew(); // whoever was overtaken between taking the lease and claiming it must not go on
        context.checkpoint();
    }

    private void endRunsBefore(long leaseNumber, String server) throws SQLException {
        Database reachable =
                new Database(server, context.servers().get(server).url().database());
        try (Connection connection =
                context.servers().open(reachable, "public", DatabaseRole.OWNER, Prepare.APPLICATION)) {
            for (String wait : List.of("", ", 5000")) {
                try (PreparedStatement statement = connection.prepareStatement(END_RUNS_BEFORE.formatted(wait))) {
                    statement.setString(1, "% " + move.id() + "/%");
                    statement.setLong(2, leaseNumber);
                    statement.execute();
                }
            }
        }
    }

    private Outcome run(MovePhase phase) throws SQLException, InterruptedException {
        Phase work = PHASES.get(phase);
        return work == null ? new Outcome.Advance("begun") : work.run(context);
    }

    private void take(Outcome outcome) throws SQLException, InterruptedException {
        if (outcome instanceof Outcome.Advance advance) {
            advance(move.phase().successor(), advance.note());
        } else if (outcome instanceof Outcome.TurnBack turnBack) {
            advance(MovePhase.ROLL_BACK, turnBack.note());
        } else if (outcome instanceof Outcome.GiveUp giveUp) {
            giveUp(giveUp);
        } else if (outcome instanceof Outcome.Wait wait) {
            context.waitFor(Optional.of(wait.reason()));
            Deadline.in(wait.pause()).sleep(wait.pause());
        } else if (outcome instanceof Outcome.Fail fail) {
            throw new RehomeException(
                    ErrorKind.BUSY, "Move " + move.id() + " stands in " + move.phase() + ": " + fail.reason());
        }
    }

    private void giveUp(Outcome.GiveUp wish) throws SQLException {
        if (move.phase() == MovePhase.CUTOVER && SwitchOver.isMade(context)) {
            // The journal does not know it yet; the phase, run again, says so, and it is too late to give up.
            context.ignoreCancel();
            return;
        }
        advance(MovePhase.CANCEL, wish.note());
    }

    private void advance(MovePhase next, String note) {
        context.waitFor(Optional.empty());
        move = context.journal().advance(move, next, note);
        LOG.info("move={} tenant={} phase={} note={}", move.id(), move.tenant(), next, note);
    }

    private RehomeException external(SQLException e) {
        return new RehomeException(
                ErrorKind.EXTERNAL,
                "Move " + move.id() + " of tenant " + move.tenant() + " failed in " + move.phase() + " (SQLSTATE "
                        + e.getSQLState()
                        + "). The tenant is served as before; correct the cause and run the move again, or cancel it.",
                e);
    }

    /**
     * Gets ready to run the phase again, or throws.
     *
     * @param report what is thrown if it is not run again
     */
    private void afterFailure(Exception failure, boolean passing, RehomeException report) throws InterruptedException {
        try {
            context.closeFlow();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        if (keeper.lost() || (failure instanceof SQLException e && SqlState.isLeaseLost(e))) {
            throw context.leaseLost(failure);
        }
        Deadline until = retries == null ? Deadline.in(context.options().retryFor()) : retries;
        retries = until;
        if (!passing || until.passed()) {
            stop(report);
            throw report;
        }
        LOG.warn(
                "move={} tenant={} phase={} note=tried again after a failure",
                move.id(),
                move.tenant(),
                move.phase(),
                failure);
        context.waitFor(Optional.of(String.valueOf(report.getMessage())));
        until.sleep(backoff.next());
        claimed = false;
        reread(failure);
    }

    /** The answer to the last transition may have been what was lost. */
    private void reread(Exception failure) {
        try {
            Move now = context.journal()
                    .find(move.id())
                    .orElseThrow(() -> new RehomeException(
                            ErrorKind.INVARIANT,
                            "The journal has lost move " + move.id() + ". Look who deletes from the directory.",
                            failure));
            if (now.lease().number() != move.lease().number()) {
                throw context.leaseLost(failure);
            }
            move = now;
        } catch (RehomeException e) {
            if (e.kind() != ErrorKind.EXTERNAL) {
                throw e;
            }
            // The directory is down: what is tried next will say so.
            LOG.warn("move={} tenant={} note=the journal cannot be read", move.id(), move.tenant(), e);
        }
    }

    private void stop(RehomeException report) {
        try {
            context.journal().failed(move, String.valueOf(report.getMessage()));
        } catch (RehomeException e) {
            report.addSuppressed(e);
        }
    }
}
