package dev.rehome.cli;

import dev.rehome.config.StrategyConfig;
import dev.rehome.dashboard.DashboardSources;
import java.util.function.Supplier;

/** The tools by the strategy file that is in force at the moment. Thread-safe. */
final class LiveTools {
    private final Supplier<StrategyConfig> inForce;
    private OperatorTools tools;

    LiveTools(Supplier<StrategyConfig> inForce) {
        this.inForce = inForce;
        this.tools = OperatorTools.of(inForce.get());
    }

    private synchronized OperatorTools tools() {
        StrategyConfig strategy = inForce.get();
        if (!tools.strategy().equals(strategy)) {
            tools = OperatorTools.of(strategy);
        }
        return tools;
    }

    DashboardSources sources() {
        return new DashboardSources(
                inForce,
                () -> tools().connections().open(),
                () -> tools().levelSurvey(),
                () -> tools().drift(),
                () -> tools().doctor(),
                () -> tools().tenantCheck(),
                () -> "");
    }
}
