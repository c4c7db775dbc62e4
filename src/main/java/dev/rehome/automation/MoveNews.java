package dev.rehome.automation;

import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;

/** Tells of the phases of moves. */
record MoveNews(AutomationListener listener) implements MoveListener {
    @Override
    public void entered(Move move, MovePhase phase) {
        listener.moveEntered(move, phase);
    }
}
