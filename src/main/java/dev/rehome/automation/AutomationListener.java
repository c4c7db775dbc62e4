package dev.rehome.automation;

import dev.rehome.move.Move;
import dev.rehome.move.MovePhase;
import dev.rehome.move.crew.MoveResult;
import dev.rehome.strategy.Plan;

/** Is told what an automation does in this process. Called by its threads; must return quickly. */
public interface AutomationListener {
    /** Listens to nothing. */
    AutomationListener NONE = new AutomationListener() {};

    default void planned(Plan plan) {}

    /** @param outcome for people */
    default void dutyDone(String duty, String outcome) {}

    default void dutyFailed(String duty, String failure) {}

    default void moveEntered(Move move, MovePhase phase) {}

    /** Nothing more is done about it here, for now at least. */
    default void moveLeft(MoveResult result) {}

    default void strategyReloaded() {}

    /** @param problem why the file is not taken up; the earlier one stays in force */
    default void strategyRefused(String problem) {}
}
