package dev.rehome.move;

import dev.rehome.verify.VerificationReport;
import java.sql.SQLException;

/**
 * Removes the old home's copy, after one more look at whether the new home has everything (R8). Assumes that nobody is
 * admitted to the old home. Running it again goes on where it stopped.
 */
final class Retire implements Phase {
    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        String verdict = "not verified";
        if (context.options().rollback()
                && context.options().validation()
                && context.homes().exists(context.source())) {
            VerificationReport report =
                    context.flow(context.target(), context.source()).compareAll();
            if (!report.equal()) {
                return new Outcome.Fail("the homes differ, so nothing of the old one is removed: "
                        + Flow.summary(report) + ". Run the move again when the difference is understood.");
            }
            verdict = Flow.summary(report);
        }
        new Abandon(context.target(), context.source(), context.move().moved()).run(context);
        return new Outcome.Advance("the copy in " + context.source() + " is removed; " + verdict);
    }
}
