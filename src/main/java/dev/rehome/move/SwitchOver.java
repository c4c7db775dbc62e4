package dev.rehome.move;

import java.sql.SQLException;

/** The cutover from the old home to the new one. Until its commit, giving up leaves everything as it was. */
final class SwitchOver implements Phase {
    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        Cutover cutover = new Cutover(
                context, context.source(), context.target(), context.move().moved());
        return new Outcome.Advance(cutover.run(context.options().rollback()));
    }
}
