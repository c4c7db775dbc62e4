package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveContext.MoveTools;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves tenants. Each move runs in the thread that calls; different tenants can be moved at the same time. Thread-safe. */
public final class Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
    private static final Map<MovePhase, Phase> PHASES = Map.of(
            MovePhase.PREPARE, new Prepare(),
            MovePhase.BACKFILL, new CopyRows(),
            MovePhase.CATCH_UP, new FollowChanges(),
            MovePhase.VERIFY, new CompareSides(),
            MovePhase.CUTOVER, new SwitchOver(),
            MovePhase.SOAK, new Soak(),
            MovePhase.RETIRE, new Retire(),
            MovePhase.ROLL_BACK, new RollBack());

    private final MoveJournal journal;
    private final Directory directory;
    private final MoveTools tools;

    public Mover(
            Servers servers,
            Homes homes,
            Directory directory,
            MoveJournal journal,
            String tenantColumn,
            MoveOptions options) {
        this.journal = journal;
        this.directory = directory;
        this.tools = new MoveTools(servers, homes, directory, tenantColumn, options);
    }

    /**
     * Plans a move: nothing happens yet.
     *
     * @throws UnknownTenantException if the directory does not know the tenant
     * @throws RehomeException (USER) if the tenant lives in the target already; (BUSY) if it is in another move
     */
    public Move plan(TenantId tenant, Home target) {
        Placement source = directory.find(tenant).orElseThrow(() -> new UnknownTenantException(tenant));
        if (source.home().equals(target)) {
            throw new RehomeException(
                    ErrorKind.USER, "Tenant " + tenant + " lives in " + target + " already. Choose another home.");
        }
        return journal.plan(source, target);
    }

    /** Runs a move to its end; the soak lasts as long as configured. */
    public MoveReport run(Move move, MoveListener listener) throws InterruptedException {
        return run(move, listener, SoakDecision.after(tools.options().soak()));
    }

    /**
     * Runs a move from the phase it is in to its end.
     *
     * @throws RehomeException if a phase failed: the journal says in which, the tenant is served by the same home as
     *     before, and the move can be run again or cancelled
     * @throws InterruptedException if the thread is interrupted: as after a failure
     */
    public MoveReport run(Move planned, MoveListener listener, SoakDecision soakDecision) throws InterruptedException {
        long began = System.nanoTime();
        Move move = planned;
        try (MoveContext context = new MoveContext(planned, tools, listener, soakDecision)) {
            while (!move.phase().isTerminal()) {
                context.enter(move.phase());
                Outcome outcome = run(move.phase(), context);
                if (outcome instanceof Outcome.Advance advance) {
                    move = advance(move, move.phase().successor(), advance.note());
                } else if (outcome instanceof Outcome.TurnBack turnBack) {
                    move = advance(move, MovePhase.ROLL_BACK, turnBack.note());
                } else if (outcome instanceof Outcome.Wait wait) {
                    Deadline.in(wait.pause()).sleep(wait.pause());
                } else if (outcome instanceof Outcome.Fail fail) {
                    throw new RehomeException(
                            ErrorKind.BUSY, "Move " + move.id() + " stands in " + move.phase() + ": " + fail.reason());
                }
            }
            context.enter(move.phase());
            return context.report(move, Duration.ofNanos(System.nanoTime() - began));
        } catch (RehomeException e) {
            journal.failed(move, e.getMessage());
            throw e;
        } catch (SQLException e) {
            String failure = "Move " + move.id() + " of tenant " + move.tenant() + " failed in " + move.phase()
                    + " (SQLSTATE " + e.getSQLState()
                    + "). The tenant is served as before; correct the cause and run the"
                    + " move again, or cancel it.";
            journal.failed(move, failure);
            throw new RehomeException(ErrorKind.EXTERNAL, failure, e);
        }
    }

    /**
     * Gives a move up before its cutover, and removes what it has made.
     *
     * @throws RehomeException (USER) if the cutover has been made: roll back then
     */
    public Move cancel(Move move) throws InterruptedException {
        if (!move.phase().isCancellable()) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Move " + move.id() + " is in " + move.phase() + " and can no longer be cancelled. Roll it back.");
        }
        try (MoveContext context =
                new MoveContext(move, tools, MoveListener.NONE, soaked -> SoakDecision.Verdict.GO_ON)) {
            new Abandon(context.source(), context.target(), move.source()).run(context);
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Move " + move.id() + " could not be cleaned up (SQLSTATE " + e.getSQLState()
                            + "). Correct the cause and cancel it again.",
                    e);
        }
        return advance(move, MovePhase.CANCELLED, "cancelled; the target's copy is removed");
    }

    private static Outcome run(MovePhase phase, MoveContext context) throws SQLException, InterruptedException {
        Phase work = PHASES.get(phase);
        return work == null ? new Outcome.Advance("begun") : work.run(context);
    }

    private Move advance(Move move, MovePhase next, String note) {
        Move advanced = journal.advance(move, next, note);
        LOG.info("move={} tenant={} phase={} note={}", move.id(), move.tenant(), next, note);
        return advanced;
    }
}
