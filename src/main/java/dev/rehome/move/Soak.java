package dev.rehome.move;

import java.sql.SQLException;
import java.time.Duration;

/**
 * Keeps the old home as the new one is, so that a roll-back loses nothing. Assumes that the new home captures changes.
 * Ends when the decision says so, or at once where no way back is wanted.
 */
final class Soak implements Phase {
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        if (!context.options().rollback()) {
            return new Outcome.Advance("no way back wanted, as configured");
        }
        Flow flow = context.flow(context.target(), context.source());
        flow.pass();
        context.progress(flow.appliedRows(), 0, 0, flow.lagRows());
        return switch (context.soakDecision().decide(context.inPhase())) {
            case GO_ON -> new Outcome.Wait(PAUSE, "soaking");
            case RETIRE -> new Outcome.Advance("soaked for " + context.inPhase().toSeconds() + " s");
            case ROLL_BACK -> new Outcome.TurnBack("roll-back wanted");
        };
    }
}
