package dev.rehome.move;

import dev.rehome.backfill.Backfill;
import dev.rehome.capture.CatchUpPass;
import java.sql.SQLException;
import java.time.Duration;

/**
 * The catch-up: applies what has changed since the copy, pass by pass, until a pass takes little of the time that a cutover may
 * cost. Assumes that the copy is complete and has its primary keys. The first pass makes it the picture of one moment; then it
 * gets its other indexes, its foreign keys and row-level security. All of it can be repeated.
 */
final class FollowChanges implements Phase {
    /** A pass over so few changes takes milliseconds, so the last one fits into the fence. */
    static final int SMALL_PASS = 200;

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        if (!context.isFollowed()) {
            return new Outcome.Advance("nothing to follow: copied in the fence of the cutover");
        }
        Flow flow = context.flow(context.source(), context.target());
        Duration small = context.options().cutover().maxPause().dividedBy(4);
        long applied = flow.pass().changes();
        CopyRows.backfill(context).complete(CopyRows.copy(context));
        context.whileHolding(context.source(), () -> context.homes().protect(context.target()));
        context.write(context.target(), connection -> Backfill.forget(connection, context.lease()));
        int passes = 1;
        CatchUpPass pass;
        Duration took;
        do {
            context.progress(applied, 0, 0, flow.lagRows());
            long began = System.nanoTime();
            pass = flow.pass();
            took = Duration.ofNanos(System.nanoTime() - began);
            applied += pass.changes();
            passes++;
        } while (pass.changes() > SMALL_PASS && took.compareTo(small) > 0);
        return new Outcome.Advance(applied + " changes applied in " + passes + " passes");
    }
}
