package dev.rehome.move;

import dev.rehome.verify.VerificationReport;
import java.sql.SQLException;

/**
 * The verification before the cutover. Assumes little lag. Afterwards both sides have been equal, but for the rows that
 * changed meanwhile; those are compared inside the fence. After a resume it starts from zero.
 */
final class CompareSides implements Phase {
    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        if (!context.options().validation()) {
            return new Outcome.Advance("not verified, as configured");
        }
        if (!context.isFollowed()) {
            return new Outcome.Advance("compared in the fence of the cutover");
        }
        VerificationReport report =
                context.flow(context.source(), context.target()).compareAll();
        return report.equal()
                ? new Outcome.Advance(report.summary())
                : new Outcome.Fail("both sides differ after repair: " + report.summary()
                        + ". The tenant stays where it is; look for who else writes to its homes, or whose the rows of"
                        + " other tenants are, then run the move again.");
    }
}
