package dev.rehome.model;

import java.util.Arrays;

/** What must hold in every state, and in the last ones. */
final class Rules {
    private final Settings settings;
    private final Enter enter;

    Rules(Settings settings) {
        this.settings = settings;
        this.enter = new Enter(settings);
    }

    /** The first of the rules about every state that this one breaks, or {@link Rule#NONE}. */
    Rule broken(State state) {
        if (state.broken != Rule.NONE) {
            return state.broken;
        }
        int serving = enter.serving(state);
        if (serving < 0) {
            return Rule.R3;
        }
        for (Node node : state.nodes) {
            if (enter.leadsTo(state, node.cached) == 0) {
                return Rule.R3;
            }
            if (node.stage == Stage.IN && State.homeAt(node.cached) != serving) {
                return Rule.R1;
            }
        }
        if (!Arrays.equals(state.rows[serving], state.acknowledged)) {
            return Rule.R2;
        }
        return Rule.NONE;
    }

    /** Whether a move, if it has ended, has left one home that serves, and nothing else. */
    boolean nothingLeft(State state) {
        if (!state.ended()) {
            return true;
        }
        int serving = enter.serving(state);
        boolean clean = state.ranges == 0
                && enter.answer(state, state.directory) == Enter.ADMITTED
                && state.databases[settings.databaseOf(serving)].residency == Residency.HERE
                && Arrays.equals(state.rows[1 - serving], new int[State.KEYS]);
        int admitting = 0;
        for (Database database : state.databases) {
            clean &= !database.capture && database.changes[0] == 0 && database.changes[1] == 0;
            admitting += database.admits() ? 1 : 0;
        }
        return clean && admitting == 1;
    }
}
