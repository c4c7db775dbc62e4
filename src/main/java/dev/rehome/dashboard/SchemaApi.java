package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.config.StrategyConfig;
import dev.rehome.fleet.levels.HomeResult;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.fleet.levels.SchemaRuns;
import dev.rehome.jdbc.ConnectionSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Levels of the homes' changelog, drift from it, and its latest run over the fleet. Thread-safe. */
final class SchemaApi {
    private static final int NAMED_FAILURES = 20;

    private final ConnectionSource directory;
    private final Supplier<StrategyConfig> strategy;
    private final Checks checks;

    SchemaApi(ConnectionSource directory, Supplier<StrategyConfig> strategy, Checks checks) {
        this.directory = directory;
        this.strategy = strategy;
        this.checks = checks;
    }

    List<Route> routes() {
        return List.of(get("/schema", call -> schema()));
    }

    record Failure(HomeView home, String reason) {
        static Failure of(HomeResult result) {
            return new Failure(HomeView.of(result.home()), result.reason().orElse(""));
        }
    }

    /** @param counts homes by state */
    record Run(String run, boolean ended, Map<State, Long> counts, List<Failure> firstFailures) {
        static Run of(RunReport report) {
            return new Run(
                    report.run().toString(),
                    report.ended(),
                    new TreeMap<>(report.counts()),
                    report.failures().stream().map(Failure::of).toList());
        }
    }

    /** @param run the latest; absent if there never was one */
    record Schema(
            String changelog,
            Check.View levels,
            Check.View drift,
            @Nullable Run run) {}

    private Schema schema() {
        String changelog = strategy.get().databases().changelog();
        return new Schema(
                changelog,
                checks.view(CheckResults.LEVELS),
                checks.view(CheckResults.DRIFT),
                run(changelog).orElse(null));
    }

    private Optional<Run> run(String changelog) {
        try (SchemaRuns runs = new SchemaRuns(directory)) {
            return runs.latest(changelog)
                    .map(run -> new RunReport(
                            run,
                            runs.openRun(changelog).isEmpty(),
                            runs.counts(run),
                            runs.failures(run, NAMED_FAILURES),
                            Duration.ZERO))
                    .map(Run::of);
        }
    }
}
