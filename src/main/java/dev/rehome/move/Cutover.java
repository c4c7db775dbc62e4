package dev.rehome.move;

import dev.rehome.capture.CatchUpPass;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
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

    private final MoveContext context;
    private final Home from;
    private final Home to;
    private final Placement next;

    Cutover(MoveContext context, Home from, Home to, Placement next) {
        this.context = context;
        this.from = from;
        this.to = to;
        this.next = next;
    }

    /**
     * Switches, as soon as that fits the budget.
     *
     * @param capture whether changes at the new home are recorded from its first transaction on
     * @return what happened, for the journal
     */
    String run(boolean capture) throws SQLException, InterruptedException {
        Flow flow = context.flow(from, to);
        Duration fenced;
        try (Connection there = context.servers().open(to, DatabaseRole.MOVER, Prepare.APPLICATION)) {
            there.setAutoCommit(false);
            fenced = FencedWork.run(context, from, new FencedWork.Work() {
                @Override
                public void prepare() throws SQLException, InterruptedException {
                    Cutover.this.prepare(flow);
                }

                @Override
                public void run(Connection fence, Deadline up) throws SQLException, InterruptedException, Postponed {
                    drain(flow, up);
                    switchPlacement(fence, there, capture);
                }

                @Override
                public boolean isDone(Connection connection) throws SQLException {
                    return Residency.knows(connection, next);
                }
            });
        }
        context.directory().advance(next);
        context.fenced(fenced);
        context.listener().cutOver(context.move(), fenced);
        return next.home() + " serves at epoch " + next.epoch() + "; fenced for " + fenced.toMillis() + " ms";
    }

    /** Makes what is left to do inside the fence small. */
    private void prepare(Flow flow) throws SQLException, InterruptedException {
        for (int passes = 0; passes < PREPARING_PASSES; passes++) {
            CatchUpPass pass = flow.pass();
            if (context.options().validation()) {
                if (flow.unverified().overflow()) {
                    flow.compareAll();
                }
                flow.compareChanged();
            }
            if (pass.changes() <= FollowChanges.SMALL_PASS) {
                return;
            }
        }
    }

    private void drain(Flow flow, Deadline up) throws SQLException, InterruptedException, Postponed {
        long changes = flow.pass().changes();
        if (context.options().validation()) {
            if (flow.unverified().overflow() || flow.unverified().count() > COMPARED_IN_FENCE) {
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
                    + context.options().maxPause().toMillis() + " ms.");
        }
    }

    /** R1: the new home knows its epoch first, when nobody else can; then the old home lets go of the tenant. */
    private void switchPlacement(Connection fence, Connection there, boolean capture) throws SQLException {
        if (from.inSameDatabaseAs(to)) {
            Residency.here(fence, next, capture);
        } else {
            Residency.here(there, next, capture);
            there.commit();
            Residency.moved(fence, next);
        }
    }
}
