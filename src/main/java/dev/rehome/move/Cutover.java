package dev.rehome.move;

import dev.rehome.capture.CatchUpPass;
import dev.rehome.capture.ChangeLog;
import dev.rehome.capture.SequencePositions;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.move.FencedWork.Postponed;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Changes a tenant's placement, in either direction: fence, drain, compare, switch. The commit on the connection that holds
 * the fence is the cutover, and takes the fence down; whatever fails before it leaves the old placement serving (R1, R2).
 */
final class Cutover {
    /** Rows that are compared inside the fence; more are compared before, at leisure. */
    private static final int COMPARED_IN_FENCE = 500;

    private static final int PREPARING_PASSES = 20;
    /**
     * What a pass leaves behind is what is written while it lasts. So each takes less than such a part of the time of the one
     * before, until that ends.
     */
    private static final double MUCH_SHORTER = 0.75;

    /** How often a tenant's rows are copied in the fence before they are copied beside it after all. */
    private static final int FENCED_PASSES = 3;

    private final MoveContext context;
    private final Placement current;
    private final Home from;
    private final Home to;
    private final Placement next;
    private int fencedPasses;
    private boolean followed;
    /** Whether the home has any: a move takes no change of the schema along. */
    private boolean sequences;

    /** From where the tenant lives now to where it lives next. */
    Cutover(MoveContext context, Placement current, Placement next) {
        this.context = context;
        this.current = current;
        this.from = current.home();
        this.to = next.home();
        this.next = next;
    }

    /**
     * Whether this cutover has been committed, by whomever: the home that it leaves knows of the new placement. Once that home
     * has been removed, which never happens before, the new one has to say so.
     */
    static boolean isMade(MoveContext context, Home from, Placement next) throws SQLException {
        try (Connection connection = context.open(from)) {
            return Residency.knows(connection, next);
        } catch (SQLException e) {
            if (!SqlState.isNoSuchHome(e)) {
                throw e;
            }
        }
        try (Connection connection = context.open(next.home())) {
            return Residency.isHere(connection, next);
        }
    }

    /**
     * Switches, as soon as that fits the budget, unless that has been done.
     *
     * @param capture whether changes at the new home are recorded from its first transaction on
     * @return what happened, for the journal
     */
    String run(boolean capture) throws SQLException, InterruptedException {
        if (isMade(context, from, next)) {
            return serves(capture, "the cutover had been made already");
        }
        Duration fenced = cutOver(capture);
        context.fenced(fenced);
        context.listener().cutOver(context.move(), fenced);
        String note = serves(capture, "fenced for " + fenced.toMillis() + " ms");
        context.journal().history().cutOver(context.move(), fenced);
        return note;
    }

    private String serves(boolean capture, String fencedFor) throws SQLException {
        settle(capture);
        context.directory().advance(next);
        return next.home() + " serves at epoch " + next.epoch() + "; " + fencedFor;
    }

    private Duration cutOver(boolean capture) throws SQLException, InterruptedException {
        Flow flow = context.flow(from, to);
        try (Connection there = context.open(to)) {
            there.setAutoCommit(false);
            return FencedWork.run(context, from, new FencedWork.Work() {
                @Override
                public void prepare() throws SQLException, InterruptedException, Postponed {
                    Cutover.this.prepare(flow);
                    raiseSequences(there);
                }

                @Override
                public void run(Connection fence, Deadline up) throws SQLException, InterruptedException, Postponed {
                    drain(flow, fence, up);
                    if (sequences) {
                        raiseSequences(fence, there);
                    }
                    switchPlacement(fence, there, capture);
                }

                @Override
                public boolean isDone(Connection connection) throws SQLException {
                    return Residency.knows(connection, next);
                }
            });
        }
    }

    /** Makes what is left to do inside the fence small, and says so if it still is too much (R6). */
    private void prepare(Flow flow) throws SQLException, InterruptedException, Postponed {
        followed = isFollowed();
        if (!followed) {
            // What an attempt before has brought may have been deleted since, and nobody has recorded that.
            purge();
            if (fencedPasses++ < FENCED_PASSES && CopyRows.isSmall(context)) {
                return;
            }
            follow();
            followed = true;
        }
        context.giveNotice();
        CatchUpPass pass;
        long nanos = Long.MAX_VALUE;
        long nanosBefore;
        int passes = 0;
        do {
            context.checkpoint();
            nanosBefore = nanos;
            long began = System.nanoTime();
            pass = flow.pass();
            if (context.options().validation()) {
                if (flow.unverified().overflow()) {
                    flow.compareAll();
                    began = System.nanoTime();
                }
                flow.compareChanged();
            }
            nanos = System.nanoTime() - began;
            passes++;
        } while (passes < PREPARING_PASSES
                && (pass.changes() > FollowChanges.SMALL_PASS
                        || (pass.changes() > 0 && nanos < MUCH_SHORTER * nanosBefore)));
        // The fence needs the same once more.
        Duration predicted = Duration.ofNanos(nanos);
        Duration budget = context.options().cutover().maxPause();
        if (predicted.compareTo(budget) > 0) {
            throw new Postponed("draining " + pass.changes() + " changes would take " + predicted.toMillis()
                    + " ms, and " + budget.toMillis() + " ms are allowed.");
        }
    }

    /** Once the new home serves, its changes are always recorded; before, only if the copy was made beside the traffic. */
    private boolean isFollowed() throws SQLException {
        try (Connection connection = context.open(from)) {
            return Residency.isCaptured(connection, context.tenant());
        }
    }

    private void purge() throws SQLException {
        try (Connection connection = context.open(to)) {
            new Purge(context, connection, to.schema()).run();
        }
    }

    /**
     * For a tenant that has outgrown the fence, or the budget of one pass: capture on, as {@link CopyRows} does for the others,
     * and everything recorded as changed, in one transaction.
     */
    private void follow() throws SQLException, InterruptedException {
        FencedWork.run(context, from, (fence, up) -> {
            Residency.capture(fence, context.tenant(), true);
            MoverTransaction.rebind(fence, context.tenant().value());
            ChangeLog.markAll(
                    fence,
                    context.tenant(),
                    TenantTables.read(fence, from.schema(), context.tenantColumn()),
                    from.schema());
        });
    }

    private void drain(Flow flow, Connection fence, Deadline up) throws SQLException, InterruptedException, Postponed {
        long changes = followed ? flow.pass(fence).changes() : flow.takeAll(fence);
        if (context.options().validation()) {
            if (!followed) {
                flow.compareAllInFence(fence);
            } else if (flow.unverified().overflow() || flow.unverified().count() > COMPARED_IN_FENCE) {
                throw new Postponed(changes + " changes were left, too many to compare inside the fence.");
            }
            flow.compareChanged();
            if (!flow.unverified().isEmpty()) {
                throw new Postponed(flow.unverified().count() + " rows differ between " + from + " and " + to
                        + " after the last change was applied.");
            }
        }
        if (up.passed()) {
            throw new Postponed("waiting and draining " + changes + " changes took longer than "
                    + context.options().cutover().maxPause().toMillis() + " ms.");
        }
    }

    /** Before the fence, so that in it there is little left to raise. */
    private void raiseSequences(Connection there) throws SQLException {
        try (Connection connection = context.open(from)) {
            connection.setAutoCommit(false);
            sequences = raiseSequences(connection, there);
            connection.commit();
        }
    }

    /** Numbers that the old home has given are not given again; what is raised stays so, whatever becomes of the cutover. */
    private boolean raiseSequences(Connection here, Connection there) throws SQLException {
        SequencePositions positions = SequencePositions.read(here, from.schema());
        boolean any = !positions.byName().isEmpty();
        if (any) {
            context.lease().hold(there); // R7
            positions.raise(there, to.schema());
            there.commit();
        }
        return any;
    }

    /**
     * R1: the new home admits its epoch first, when nobody else can know it; then the old home lets go of the tenant and tells
     * it. Until then both send everybody to the old one: the new one may be remembered from an earlier stay.
     */
    private void switchPlacement(Connection fence, Connection there, boolean capture) throws SQLException {
        if (from.inSameDatabaseAs(to)) {
            Residency.here(fence, next, capture);
            return;
        }
        try {
            Pipeline arriving = context.lease().hold(new Pipeline(there)); // R7
            Residency.arriving(arriving, current, next, capture).execute();
            there.commit();
        } catch (SQLException e) {
            MoverTransaction.rollback(there, e);
            throw e;
        }
        Residency.moved(fence, next);
    }

    /** Behind the cutover: the new home says for good what it has been admitting. */
    private void settle(boolean capture) throws SQLException {
        if (!from.inSameDatabaseAs(to)) {
            context.write(to, connection -> {
                if (!Residency.isHere(connection, next)) {
                    Residency.here(connection, next, capture);
                }
            });
        }
    }
}
