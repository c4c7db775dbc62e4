package dev.rehome.cli;

import dev.rehome.cli.SchemaViews.RunView;
import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.HomeResult;
import dev.rehome.fleet.levels.RunListener;
import dev.rehome.fleet.levels.RunOptions;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.fleet.levels.SchemaRuns;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a run back. */
@Command(
        name = "rollback",
        description = {
            "Takes homes back to where they were before a run, by the roll-back of their changesets; a home that has been changed"
                    + " since is left as it is. Ends the run.",
            "Exit status 0 if all were taken back, 1 if not."
        },
        footer = {"", "Example:", "  rehome schema rollback 4f1d0c66-3c1e-4b8f-9d59-6a3f3d7b6a10 --wave 2"})
final class SchemaRollbackCommand extends OperatorCommand {
    @Parameters(paramLabel = "RUN", description = "The run, as 'schema status' and 'schema migrate' name it.")
    private String run;

    @Option(names = "--wave", paramLabel = "N", description = "Only the homes of this wave; the canaries' is 0.")
    private @Nullable Integer wave;

    @Option(names = "--tenant", paramLabel = "TENANT", description = "Only the home that this tenant lives in.")
    private @Nullable String tenant;

    @Override
    public Integer call() throws SQLException {
        UUID id = TenantId.parse(run).value(); // as both are UUIDs
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        AtomicInteger done = new AtomicInteger();
        RunReport report;
        try (SchemaRuns runs = tools.schemaRuns();
                CountDisplay display = new CountDisplay(err(), "homes")) {
            RunListener listener = new RunListener() {
                @Override
                public void ended(HomeResult result) {
                    int so = done.incrementAndGet();
                    display.show(so, so);
                }
            };
            report = tools.schemaRunner(runs, RunOptions.DEFAULT).rollBack(id, wave, home(tools), listener);
        }
        print(RunView.of(report), SchemaViews.summary(report));
        return report.failures().isEmpty() ? 0 : BAD_RESULT;
    }

    private @Nullable Home home(OperatorTools tools) {
        if (tenant == null) {
            return null;
        }
        TenantId known = TenantId.parse(tenant);
        return tools.directory()
                .find(known)
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER, "There is no tenant " + known + " in the directory. Correct its id."))
                .home();
    }
}
