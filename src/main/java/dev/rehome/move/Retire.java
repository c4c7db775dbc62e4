package dev.rehome.move;

import dev.rehome.fence.Residency;
import dev.rehome.verify.VerificationReport;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Removes the old home's copy, after one more look at whether the new home has everything (R8). Assumes that nobody is
 * admitted to the old home. The verdict is written down before anything is removed; running the phase again goes on behind it.
 */
final class Retire implements Phase {
    private static final int SETTLING_PASSES = 100;

    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        // Once the removal has begun the copies differ; that it was allowed to is in the journal.
        if (!context.journal().isRemovalAllowed(context.move())) {
            String verdict = "not compared again, as nothing was kept current";
            if (context.options().rollback() && context.options().validation() && isCaptured(context)) {
                Flow flow = context.flow(context.target(), context.source());
                VerificationReport report = flow.compareAll();
                verdict = report.summary();
                if (!report.equal() || !settles(flow)) {
                    return new Outcome.Fail("the homes differ, so nothing of the old one is removed: " + verdict
                            + ". Run the move again when the difference is understood.");
                }
            }
            if (context.options().archive().isPresent()) {
                verdict += "; archived in "
                        + Archive.write(
                                context,
                                context.source(),
                                context.options().archive().get());
            }
            context.journal().allowRemoval(context.move(), "the copy in " + context.source() + " may go: " + verdict);
        }
        new Abandon(context.target(), context.source(), context.move().moved()).run(context);
        context.journal().objects().settled(context.move(), MoveObject.of(context.target()));
        return new Outcome.Advance("the copy in " + context.source() + " is removed");
    }

    private static boolean isCaptured(MoveContext context) throws SQLException {
        try (Connection connection = context.open(context.target())) {
            return Residency.isCaptured(connection, context.tenant());
        }
    }

    /**
     * R8: a verdict newer than the last write, though writes go on: what changed since has been applied and found equal, or
     * changed again.
     */
    private static boolean settles(Flow flow) throws SQLException, InterruptedException {
        for (int passes = 0; passes < SETTLING_PASSES; passes++) {
            flow.pass();
            if (flow.unverified().overflow() && !flow.compareAll().equal()) {
                return false;
            }
            flow.compareChanged();
            if (flow.isEqualAtRest()) {
                return true;
            }
        }
        return false;
    }
}
