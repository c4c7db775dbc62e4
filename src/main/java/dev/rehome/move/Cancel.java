package dev.rehome.move;

import java.sql.SQLException;

/**
 * Removes what was made of a move that is given up. Assumes that no cutover was made, which nobody else can do any more.
 * Afterwards there is nothing of the tenant but in its home. Running it again goes on where it stopped; the move itself is
 * never gone on with, as its changes are no longer recorded.
 */
final class Cancel implements Phase {
    @Override
    public Outcome run(MoveContext context) throws SQLException, InterruptedException {
        new Abandon(context.source(), context.target(), context.move().source()).run(context);
        return new Outcome.Advance("cancelled; the target's copy is removed");
    }
}
