package dev.rehome.move;

import dev.rehome.capture.CatchUpPass;
import java.sql.SQLException;

/**
 * The catch-up: applies what has changed since the copy, pass by pass, until a pass finds little. Assumes that the copy is
 * complete. Passes can be repeated.
 */
final class FollowChanges implements Phase {
    /** A pass over so few changes takes milliseconds, so the last one fits into the fence. */
    static final int SMALL_PASS = 200;

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        Flow flow = context.flow(context.source(), context.target());
        long applied = 0;
        int passes = 0;
        CatchUpPass pass;
        do {
            context.progress(applied, 0, 0, flow.lagRows());
            pass = flow.pass();
            applied += pass.changes();
            passes++;
        } while (pass.changes() > SMALL_PASS);
        return new Outcome.Advance(applied + " changes applied in " + passes + " passes");
    }
}
