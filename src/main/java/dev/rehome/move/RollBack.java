package dev.rehome.move;

import dev.rehome.verify.VerificationReport;
import java.sql.SQLException;

/**
 * Gives the tenant back to its old home with everything written since: compares, makes the same cutover in the other
 * direction, and removes the copy in what was the target. Running it again goes on behind the cutover if that was made.
 */
final class RollBack implements Phase {
    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        // Once the removal has begun nobody can ask the home that goes any more; that it was allowed to is in the
        // journal.
        if (!context.journal().isRemovalAllowed(context.move())) {
            Cutover back = new Cutover(
                    context, context.target(), context.source(), context.move().movedBack());
            if (context.options().validation()
                    && !Cutover.isMade(context, context.target(), context.move().movedBack())) {
                VerificationReport report =
                        context.flow(context.target(), context.source()).compareAll();
                if (!report.equal()) {
                    return new Outcome.Fail("the old home differs after repair: " + Flow.summary(report)
                            + ". The new home goes on serving; run the move again when the difference is understood.");
                }
            }
            String made = back.run(false);
            context.journal().allowRemoval(context.move(), "the copy in " + context.target() + " may go: " + made);
        }
        new Abandon(context.source(), context.target(), context.move().movedBack()).run(context);
        return new Outcome.Advance(context.source() + " serves again; the copy in " + context.target() + " is removed");
    }
}
