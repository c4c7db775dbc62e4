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
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves tenants. Each move runs in the thread that calls; different tenants can be moved at the same time. Thread-safe. */
public final class Mover {
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);

    private final MoveTools tools;
    private final String holder;

    public Mover(
            Servers servers,
            Homes homes,
            Directory directory,
            MoveJournal journal,
            String tenantColumn,
            MoveOptions options) {
        this.tools = new MoveTools(servers, homes, directory, journal, tenantColumn, options);
        this.holder = "process " + ProcessHandle.current().pid() + " on " + hostName();
    }

    /** As {@link #plan(TenantId, Home, boolean)}, with a cutover that is made as soon as it can be. */
    public Move plan(TenantId tenant, Home target) {
        return plan(tenant, target, false);
    }

    /** As {@link #plan(TenantId, Home, boolean, String)}, in the name of this process. */
    public Move plan(TenantId tenant, Home target, boolean holdCutover) {
        return plan(tenant, target, holdCutover, holder);
    }

    /**
     * Plans a move: nothing happens yet.
     *
     * @param holdCutover whether the cutover waits for {@link MoveRequest#CUTOVER}; until then the target is kept current
     * @param by who wants it, for the journal
     * @throws UnknownTenantException if the directory does not know the tenant
     * @throws RehomeException (USER) if the tenant lives in the target already; (BUSY) if it is in another move; (CONFIGURATION) if
     *     the homes are at different levels of the changelog
     */
    public Move plan(TenantId tenant, Home target, boolean holdCutover, String by) {
        Placement source = tools.directory().find(tenant).orElseThrow(() -> new UnknownTenantException(tenant));
        if (source.home().equals(target)) {
            throw new RehomeException(
                    ErrorKind.USER, "Tenant " + tenant + " lives in " + target + " already. Choose another home.");
        }
        try {
            tools.homes().requireSameLevel(source.home(), target);
        } catch (SQLException e) {
            // Nothing is known then; the move itself looks again when it can.
            LOG.debug("tenant={} levels not compared: SQLSTATE {}", tenant, e.getSQLState());
        }
        return tools.journal().plan(source, target, holdCutover, by);
    }

    /**
     * Looks at what a move would meet if it were started now. Writes nothing.
     *
     * @throws RehomeException (EXTERNAL) if the directory cannot be asked; all else that is in the way is in the preview
     */
    public MovePreview preview(TenantId tenant, Home target) {
        return Forecast.of(tools, tenant, target);
    }

    /** Runs a move to its end; the soak lasts as long as configured. */
    public MoveReport run(Move move, MoveListener listener) throws InterruptedException {
        return run(move, listener, SoakDecision.after(tools.options().soak()));
    }

    /** As {@link #run(MoveId, MoveListener, SoakDecision, boolean)}, unless another mover runs it. */
    public MoveReport run(Move move, MoveListener listener, SoakDecision soakDecision) throws InterruptedException {
        return run(move.id(), listener, soakDecision, false);
    }

    /**
     * Takes a move up in the phase in which the journal has it, whoever ran it before, and runs it to its end. What an operator
     * asks of it meanwhile ({@link MoveJournal#request}) is done.
     *
     * @param soakDecision asked during the soak, unless the operator has decided
     * @param byForce whether it is taken even from a mover that was heard of a moment ago
     * @throws RehomeException if a phase failed: the journal says in which, the tenant is served by the same home as before,
     *     and the move can be run again or cancelled; (STALE) if another mover has taken it over; (BUSY) if another one
     *     runs it
     * @throws ServerFullException if a server has enough moves under way
     * @throws InterruptedException if the thread is interrupted: as after a failure
     */
    public MoveReport run(MoveId id, MoveListener listener, SoakDecision soakDecision, boolean byForce)
            throws InterruptedException {
        MoveOptions options = tools.options();
        try (MoverJournal journal = tools.journal().ofMover()) {
            MoveStatus taken = journal.take(id, holder, options.lease(), options.maxConcurrentMoves(), byForce);
            Duration inPhase = taken.inPhaseAt(Instant.now());
            try (LeaseKeeper keeper = LeaseKeeper.start(journal, taken, options.lease());
                    MoveContext context = new MoveContext(
                            taken,
                            inPhase.isNegative() ? Duration.ZERO : inPhase,
                            tools,
                            keeper,
                            listener,
                            soakDecision)) {
                return new MoveRun(context, keeper).toTheEnd();
            }
        } catch (SQLException e) {
            // The move has ended; only its connections did not close as they should.
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Move " + id + " could not give its connections back (SQLSTATE " + e.getSQLState()
                            + "). Look at its status.",
                    e);
        }
    }

    /**
     * Gives a move up before its cutover, and removes what it has made. If a mover runs it, that one is asked to; then it may
     * take a moment.
     *
     * @return the move as it is now
     * @throws RehomeException (USER) if the cutover has been made: roll back then
     */
    public Move cancel(Move move) throws InterruptedException {
        tools.journal().request(move.id(), MoveRequest.CANCEL, holder);
        MoveStatus status = tools.journal().status(move.id()).orElseThrow();
        if (status.isRunAt(Instant.now())) {
            return status.move();
        }
        return run(move, MoveListener.NONE).move();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "an unnamed host";
        }
    }
}
