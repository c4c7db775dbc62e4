package dev.rehome.move;

import java.sql.SQLException;

/**
 * One phase of a move. It may be run again from its start at any time (R5), does not know what follows, and does not write
 * the journal: the mover does that with its outcome.
 */
interface Phase {
    Outcome run(MoveContext context) throws SQLException, InterruptedException;
}
