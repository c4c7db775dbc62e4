package dev.rehome.model;

import dev.rehome.move.MovePhase;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What came of trying everything.
 *
 * @param depth how many steps the farthest state is away from the beginning
 * @param phases that the journal was in, in one state or another
 * @param broken the rule that does not hold, or {@link Rule#NONE}
 * @param trace if one does not hold, a shortest way to where it shows, step by step
 */
record Finding(
        Settings settings,
        int states,
        int transitions,
        int depth,
        double seconds,
        Set<MovePhase> phases,
        Rule broken,
        List<String> trace) {
    Finding {
        phases = Set.copyOf(phases);
        trace = List.copyOf(trace);
    }

    boolean holds() {
        return broken == Rule.NONE;
    }

    @Override
    public String toString() {
        String counted = String.format(
                Locale.ROOT,
                "%s: %,d states, %,d transitions, depth %d, %.1f s: ",
                settings,
                states,
                transitions,
                depth,
                seconds);
        return holds()
                ? counted + "every rule holds"
                : counted + broken + " is broken (" + broken.words() + ")\n    " + String.join("\n    ", trace);
    }
}
