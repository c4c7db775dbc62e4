package dev.rehome.move;

import dev.rehome.fence.Residency;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.verify.VerificationReport;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Gives the tenant back to its old home with everything written since: compares, makes the same cutover in the other
 * direction, and removes the copy in what was the target. Running it again goes on behind the cutover if that was made.
 */
final class RollBack implements Phase {
    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        if (!isBack(context)) {
            if (context.options().validation()) {
                VerificationReport report =
                        context.flow(context.target(), context.source()).compareAll();
                if (!report.equal()) {
                    return new Outcome.Fail("the old home differs after repair: " + Flow.summary(report)
                            + ". The new home goes on serving; run the move again when the difference is understood.");
                }
            }
            new Cutover(
                            context,
                            context.target(),
                            context.source(),
                            context.move().movedBack())
                    .run(false);
        }
        new Abandon(context.source(), context.target(), context.move().movedBack()).run(context);
        return new Outcome.Advance(context.source() + " serves again; the copy in " + context.target() + " is removed");
    }

    private static boolean isBack(MoveContext context) throws SQLException {
        try (Connection connection =
                context.servers().open(context.source(), DatabaseRole.MOVER, Prepare.APPLICATION)) {
            return Residency.isHere(connection, context.move().movedBack());
        }
    }
}
