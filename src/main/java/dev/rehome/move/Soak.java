package dev.rehome.move;

import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.verify.VerificationReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps the old home as the new one is, so that a roll-back loses nothing, and keeps comparing them: changed rows all the time,
 * everything now and then. Assumes that the new home captures changes. Ends when the operator or the decision says so, or at
 * once where no way back is wanted.
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
        if (context.options().validation()) {
            if (flow.sinceComparedAll().compareTo(context.options().verifyInterval()) > 0) {
                VerificationReport report = flow.compareAll();
                context.journal().note(context.move(), "soak: " + report.summary());
            }
            flow.compareChanged();
        }
        context.progress(flow.appliedRows(), 0, 0, flow.lagRows());
        return switch (verdict(context)) {
            case GO_ON -> new Outcome.Wait(PAUSE, "soaking");
            case RETIRE -> new Outcome.Advance("soaked for " + context.inPhase().toSeconds() + " s");
            case ROLL_BACK -> new Outcome.TurnBack("roll-back wanted");
        };
    }

    private static Verdict verdict(MoveContext context) {
        Optional<MoveRequest> request = context.request();
        if (request.equals(Optional.of(MoveRequest.ROLL_BACK))) {
            return Verdict.ROLL_BACK;
        }
        if (request.equals(Optional.of(MoveRequest.RETIRE))) {
            return Verdict.RETIRE;
        }
        return context.soakDecision().decide(context.inPhase());
    }
}
