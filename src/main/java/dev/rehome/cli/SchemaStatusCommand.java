package dev.rehome.cli;

import dev.rehome.cli.SchemaViews.PlanView;
import dev.rehome.cli.SchemaViews.RunView;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.fleet.levels.SchemaPlan;
import dev.rehome.fleet.levels.SchemaRuns;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Says how the fleet stands. */
@Command(
        name = "status",
        description = {
            "Says how many homes are at which level of the changelog, and how the latest run of it stands. Changes nothing.",
            "Exit status 0 if all homes are at the newest level, 1 if not."
        })
final class SchemaStatusCommand extends OperatorCommand {
    private static final int NAMED_FAILURES = 5;

    /** @param run absent if there never was one */
    record StatusView(PlanView levels, @Nullable RunView run) {}

    @Override
    public Integer call() throws InterruptedException {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        SchemaPlan plan = SchemaPlan.of(tools.levelSurvey());
        Optional<RunReport> report;
        try (SchemaRuns runs = tools.schemaRuns()) {
            report = runs.latest(tools.changelog())
                    .map(run -> new RunReport(
                            run,
                            runs.openRun(tools.changelog()).isEmpty(),
                            runs.counts(run),
                            runs.failures(run, NAMED_FAILURES),
                            Duration.ZERO));
        }
        print(
                new StatusView(PlanView.of(plan, false), report.map(RunView::of).orElse(null)),
                SchemaViews.text(plan, false)
                        + report.map(run -> "\nlatest run  " + run.run() + (run.ended() ? ", ended: " : ", open: ")
                                        + SchemaViews.summary(run))
                                .orElse(""));
        return plan.isNothingToDo() ? 0 : BAD_RESULT;
    }
}
