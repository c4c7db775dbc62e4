package dev.rehome.move;

import dev.rehome.capture.CatchUpPass;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.move.FencedWork.Postponed;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Changes a tenant's placement, in either direction: fence, drain, compare, switch. The commit on the connection that holds
 * the fence is the cutover, and takes the fence down; whatever fails before it leaves the old placement serving (R1, R2).
 */
final class Cutover {
    /** Rows that are compared inside the fence; more are compared before, at leisure. */
    private static final int COMPARED_IN_FENCE = 500;

    private static final int PREPARING_PASSES = 20;
    /** How often a tenant's rows are copied in the fence before they are copied beside it after all. */
    private static final int FENCED_PASSES = 3;

    private final MoveContext context;
    private final Home from;
    private final Home to;
    private final Placement next;
    /** How long the latest preparation took for what is to be done in the fence once more. */
    private Duration predicted = Duration.ZERO;

    private int fencedPasses;

    Cutover(MoveContext context, Home from, Home to, Placement next) {
        this.context = context;
        this.from = from;
        this.to = to;
        this.next = next;
    }

    /** Whether this cutover has been committed, by whomever: the home that it leaves knows of the new placement. */
    static boolean isMade(MoveContext context, Home from, Placement next) throws SQLException {
        try (Connection connection = context.open(from)) {
            return Residency.knows(connection, next);
        } catch (SQLException e) {
            if (SqlState.isNoSuchHome(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Switches, as soon as that fits the budget, unless that has been done.
     *
     * @param capture whether changes at the new home are recorded from its first transaction on
     * @return what happened, for the journal
     */
    String run(boolean capture) throws SQLException, InterruptedException {
        String fencedFor = "the cutover had been made already";
        if (!isMade(context, from, next)) {
            Duration fenced = cutOver(capture);
            fencedFor = "fenced for " + fenced.toMillis() + " ms";
            context.fenced(fenced);
            context.listener().cutOver(context.move(), fenced);
        }
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
                }

                @Override
                public void run(Connection fence, Deadline up) throws SQLException, InterruptedException, Postponed {
                    drain(flow, fence, up);
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
        if (!isFollowed()) {
            removeLeftovers();
            if (fencedPasses++ < FENCED_PASSES && CopyRows.isSmall(context)) {
                return;
            }
            follow(flow);
        }
        CatchUpPass pass = null;
        for (int passes = 0; passes < PREPARING_PASSES; passes++) {
            context.checkpoint();
            long began = System.nanoTime();
            pass = flow.pass();
            if (context.options().validation()) {
                if (flow.unverified().overflow()) {
                    flow.compareAll();
                    began = System.nanoTime();
                }
                flow.compareChanged();
            }
            predicted = Duration.ofNanos(System.nanoTime() - began);
            if (pass.changes() <= FollowChanges.SMALL_PASS) {
                break;
            }
        }
        Duration budget = context.options().cutover().maxPause();
        if (predicted.compareTo(budget) > 0) {
            throw new Postponed("draining " + (pass == null ? 0 : pass.changes()) + " changes would take "
                    + predicted.toMillis() + " ms, and " + budget.toMillis() + " ms are allowed.");
        }
    }

    /** An earlier attempt may have brought rows that are gone by now; nobody has recorded that. */
    private void removeLeftovers() throws SQLException {
        context.write(to, connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set constraints all deferred");
            }
            for (TenantTable table : TenantTables.read(connection, to.schema(), context.tenantColumn())
                    .childrenFirst()) {
                try (PreparedStatement delete = connection.prepareStatement("delete from " + table.in(to.schema())
                        + " where " + SqlNames.quote(table.tenantColumn()) + " = ?")) {
                    delete.setObject(1, context.tenant().value());
                    delete.executeUpdate();
                }
            }
        });
    }

    /** Once the new home serves, its changes are always recorded; before, only if the copy was made beside the traffic. */
    private boolean isFollowed() throws SQLException {
        try (Connection connection = context.open(from)) {
            return Residency.isCaptured(connection, context.tenant());
        }
    }

    /** For a tenant that has outgrown the fence, or the budget of one pass: as {@link CopyRows} does for the others. */
    private void follow(Flow flow) throws SQLException, InterruptedException {
        FencedWork.run(context, from, (fence, up) -> Residency.capture(fence, context.tenant(), true));
        flow.takeAll();
    }

    private void drain(Flow flow, Connection fence, Deadline up) throws SQLException, InterruptedException, Postponed {
        boolean followed = Residency.isCaptured(fence, context.tenant());
        long changes = followed ? flow.pass().changes() : flow.takeAll();
        if (context.options().validation()) {
            if (!followed) {
                flow.compareAll();
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

    /** R1: the new home knows its epoch first, when nobody else can; then the old home lets go of the tenant. */
    private void switchPlacement(Connection fence, Connection there, boolean capture) throws SQLException {
        if (from.inSameDatabaseAs(to)) {
            Residency.here(fence, next, capture);
        } else {
            try {
                context.lease().hold(there); // R7
                Residency.here(there, next, capture);
                there.commit();
            } catch (SQLException e) {
                MoverTransaction.rollback(there, e);
                throw e;
            }
            Residency.moved(fence, next);
        }
    }
}
