package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.JvmFence;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Homes;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves tenants between homes on H2, which can neither follow changes nor be fenced from another process: the tenant
 * stands still while its rows are copied, compared and flipped. Its requests wait meanwhile, for as long as their own
 * limit allows. There is no journal and no soak; the way back is another move. H2 defers no foreign keys, so rows that
 * refer to later ones of the same table cannot be copied. Thread-safe.
 */
public final class StoppingMover {
    private static final Logger LOG = LoggerFactory.getLogger(StoppingMover.class);

    private final Servers servers;
    private final Homes homes;
    private final Directory directory;
    private final JvmFence fence;
    private final String tenantColumn;

    public StoppingMover(Servers servers, Homes homes, Directory directory, JvmFence fence, String tenantColumn) {
        this.servers = servers;
        this.homes = homes;
        this.directory = directory;
        this.fence = fence;
        this.tenantColumn = tenantColumn;
    }

    /**
     * Moves a tenant, in the calling thread.
     *
     * @param deadline until when its running transactions are waited for
     * @throws RehomeException (USER) if the tenant is unknown or lives in the target already; (BUSY) if its transactions do
     *     not end in time, or it is being moved; (CONFIGURATION) if the homes' tables differ; (EXTERNAL, INVARIANT) if the
     *     copy failed or is not equal. Unless the message says otherwise the tenant is served as before, and nothing is
     *     left in the target
     */
    public StoppedMove run(TenantId tenant, Home target, Deadline deadline, MoveListener listener) {
        long began = System.nanoTime();
        Standstill done = fence.whileFenced(tenant, deadline, source -> {
            Move move = plan(source, target);
            long rows = fill(move, listener);
            return new Standstill(flip(move, listener), rows);
        });
        Duration stopped = Duration.ofNanos(System.nanoTime() - began);
        listener.fenced(done.move, began, stopped);
        listener.cutOver(done.move, stopped);
        listener.entered(done.move, done.move.phase());
        return new StoppedMove(done.move.moved(), done.rows, stopped);
    }

    private record Standstill(Move move, long rows) {}

    private Move plan(Placement source, Home target) {
        // The fence knows best; the directory may not have been there when an earlier move told it.
        directory.advance(source);
        if (source.home().equals(target)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Tenant " + source.tenant() + " lives in " + target + " already. Choose another home.");
        }
        return new Move(MoveId.random(), source, target, MovePhase.PLANNED, new Lease(source.tenant(), 1));
    }

    /** Gives the target all that the source has, or nothing. */
    private long fill(Move move, MoveListener listener) {
        try {
            enter(move, MovePhase.PREPARE, listener);
            remove(move.tenant(), move.target()); // what a removal that failed has left
            homes.create(move.target());
            try (Connection source = open(move.source().home());
                    Connection target = open(move.target())) {
                TenantTables tables = sameTables(source, target, move);
                Move copying = enter(move, MovePhase.BACKFILL, listener);
                long rows = new RowCopy(source, target, tables, copying, listener).run();
                enter(move, MovePhase.VERIFY, listener);
                new RowComparison(source, target, tables, move).run();
                return rows;
            }
        } catch (SQLException e) {
            throw emptied(
                    move,
                    new RehomeException(
                            ErrorKind.EXTERNAL,
                            "Tenant " + move.tenant() + " could not be copied to " + move.target() + " (SQLSTATE "
                                    + e.getSQLState()
                                    + "). It is served as before; correct the cause and move it again.",
                            e));
        } catch (RuntimeException e) {
            throw emptied(move, e);
        }
    }

    /** From here on the target serves; nothing is undone any more. */
    private Move flip(Move move, MoveListener listener) {
        enter(move, MovePhase.CUTOVER, listener);
        fence.settle(move.moved());
        directory.advance(move.moved());
        enter(move, MovePhase.RETIRE, listener);
        try {
            remove(move.tenant(), move.source().home());
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "Tenant " + move.tenant() + " is served by " + move.target() + " now, but its old copy in "
                            + move.source().home() + " could not be removed (SQLSTATE " + e.getSQLState()
                            + "). Remove it by hand.",
                    e);
        }
        return move.at(MovePhase.DONE);
    }

    private TenantTables sameTables(Connection source, Connection target, Move move) throws SQLException {
        TenantTables here = TenantTables.read(source, move.source().home().schema(), tenantColumn);
        TenantTables there = TenantTables.read(target, move.target().schema(), tenantColumn);
        if (!here.parentsFirst().equals(there.parentsFirst())) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The tables of " + move.source().home() + " and " + move.target()
                            + " differ. Bring both to the same level of the changelog, then move the tenant again.");
        }
        return here;
    }

    /** Empties the target after a failure, which stays the one that is reported. */
    private RuntimeException emptied(Move move, RuntimeException failure) {
        try {
            remove(move.tenant(), move.target());
        } catch (SQLException | RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private void remove(TenantId tenant, Home home) throws SQLException {
        if (home.tier() != Tier.SHARED) {
            homes.drop(home);
        } else if (homes.exists(home)) {
            try (Connection connection = open(home)) {
                for (TenantTable table : TenantTables.read(connection, home.schema(), tenantColumn)
                        .childrenFirst()) {
                    try (PreparedStatement delete = connection.prepareStatement("delete from " + table.in(home.schema())
                            + " where " + SqlNames.quote(tenantColumn) + " = ?")) {
                        delete.setObject(1, tenant.value());
                        delete.executeUpdate();
                    }
                }
                connection.commit();
            }
        }
    }

    private Connection open(Home home) throws SQLException {
        Connection connection = servers.open(home, DatabaseRole.MOVER, Prepare.APPLICATION);
        connection.setAutoCommit(false);
        return connection;
    }

    private static Move enter(Move move, MovePhase phase, MoveListener listener) {
        Move entered = move.at(phase);
        LOG.info("move={} tenant={} phase={}", move.id(), move.tenant(), phase);
        listener.entered(entered, phase);
        return entered;
    }
}
