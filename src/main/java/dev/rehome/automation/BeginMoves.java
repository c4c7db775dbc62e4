package dev.rehome.automation;

import dev.rehome.config.StrategyRules.Auto;
import dev.rehome.strategy.LineStarter;
import dev.rehome.strategy.Pace;
import dev.rehome.strategy.PlanLine;
import java.time.Duration;
import java.util.Locale;

/**
 * Writes down the moves of approved lines as far as windows and limits let it; whichever process has room runs them. Sees how those
 * that were begun have ended.
 */
final class BeginMoves implements Duty {
    static final String NAME = "begin moves";
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        Duration round = tools.config().rules().round();
        return round.compareTo(LONGEST_INTERVAL) < 0 ? round : LONGEST_INTERVAL;
    }

    @Override
    public String run(NodeTools tools, Watch watch) {
        LineStarter starter = new LineStarter(tools.plans(), tools.journal(), tools.directory());
        int ended = starter.settle();
        int begun = 0;
        String waiting = "";
        Auto auto = tools.config().rules().auto();
        if (auto == Auto.APPROVE || auto == Auto.ON) {
            Pace pace = new Pace(tools.config().rules());
            Pace.Turn turn = pace.at(
                    tools.clock().instant(),
                    tools.plans().approved(),
                    tools.plans().startsSince(tools.clock().instant().minus(pace.memory())));
            for (PlanLine line : turn.begin()) {
                if (!watch.isHeld()) {
                    break;
                }
                begun += starter.start(line, tools.mover()).isPresent() ? 1 : 0;
            }
            waiting = turn.waiting().map(reason -> "; others wait: " + reason).orElse("");
        }
        return String.format(Locale.ROOT, "%,d begun, %,d ended%s", begun, ended, waiting);
    }
}
