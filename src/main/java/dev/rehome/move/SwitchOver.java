package dev.rehome.move;

import java.sql.SQLException;
import java.time.Duration;

/**
 * The cutover from the old home to the new one. Until its commit, giving up leaves everything as it was. Running it again
 * begins with asking whether it has been made. While it is held back for an operator, the target is kept current.
 */
final class SwitchOver implements Phase {
    private static final Duration HELD_INTERVAL = Duration.ofMillis(200);

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        if (!context.mayCutOver() && !isMade(context)) {
            if (context.isFollowed()) {
                Flow flow = context.flow(context.source(), context.target());
                flow.pass();
                flow.compareChanged();
                context.progress(flow.appliedRows(), 0, 0, flow.lagRows());
            }
            return new Outcome.Wait(HELD_INTERVAL, "held back until an operator asks for the cutover");
        }
        Cutover cutover =
                new Cutover(context, context.move().source(), context.move().moved());
        return new Outcome.Advance(cutover.run(context.options().rollback()));
    }

    /** Whether the new home serves already, though the journal may not say so. */
    static boolean isMade(MoveContext context) throws SQLException {
        return Cutover.isMade(context, context.source(), context.move().moved());
    }
}
