package dev.rehome.cli;

import dev.rehome.cli.SchemaViews.PlanView;
import dev.rehome.fleet.levels.SchemaPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what a run would do. */
@Command(
        name = "plan",
        description = "Says what 'schema migrate' would run where, and how. Changes nothing.",
        footer = {"", "Example:", "  rehome schema plan --sql"})
final class SchemaPlanCommand extends OperatorCommand {
    @Option(
            names = "--sql",
            description = "Print the SQL too: once for all homes of a level, as it would run in one of them.")
    private boolean sql;

    @Override
    public Integer call() throws InterruptedException {
        SchemaPlan plan = SchemaPlan.of(tools().levelSurvey());
        print(PlanView.of(plan, sql), SchemaViews.text(plan, sql));
        return plan.unreachable().isEmpty() ? 0 : BAD_RESULT;
    }
}
