package dev.rehome.cli;

import dev.rehome.cli.SchemaViews.RunView;
import dev.rehome.cli.screen.CountDisplay;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fleet.levels.HomeResult;
import dev.rehome.fleet.levels.RunListener;
import dev.rehome.fleet.levels.RunOptions;
import dev.rehome.fleet.levels.RunReport;
import dev.rehome.fleet.levels.SchemaRunner;
import dev.rehome.fleet.levels.SchemaRuns;
import dev.rehome.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings homes to the newest level. */
abstract class SchemaMigrateCommand extends OperatorCommand {
    @Option(
            names = "--canary",
            paramLabel = "TENANT",
            description = "A tenant whose home is done before all others. May be given several times.")
    private List<String> canaries = new ArrayList<>();

    @Option(
            names = "--first-wave",
            paramLabel = "N",
            defaultValue = "10",
            description = "Homes in the first wave: ${DEFAULT-VALUE}.")
    private int firstWave;

    @Option(
            names = "--growth",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many times larger each further wave is: ${DEFAULT-VALUE}.")
    private int growth;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "8",
            description = "Homes at a time: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(
            names = "--per-server",
            paramLabel = "N",
            defaultValue = "4",
            description = "Homes at a time on one server: ${DEFAULT-VALUE}.")
    private int perServer;

    @Option(
            names = "--lock-timeout",
            paramLabel = "TIME",
            defaultValue = "200ms",
            description =
                    "How long a change waits for a table, with everybody else waiting behind it: ${DEFAULT-VALUE}."
                            + " Then it gives way and tries again.")
    private String lockTimeout;

    @Option(
            names = "--home-limit",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long one home is tried before it counts as failed: ${DEFAULT-VALUE}.")
    private String homeLimit;

    @Option(
            names = "--stop-after",
            paramLabel = "N",
            defaultValue = "1",
            description = "Begin no further home after so many have failed: ${DEFAULT-VALUE}. 0: go on whatever fails.")
    private int stopAfter;

    @Option(
            names = "--wait-for-moves",
            paramLabel = "TIME",
            defaultValue = "0s",
            description = "How long to wait at the end for moves that keep homes from being changed: ${DEFAULT-VALUE}.")
    private String waitForMoves;

    abstract RunReport run(SchemaRunner runner, RunListener listener) throws InterruptedException;

    @Override
    public Integer call() throws InterruptedException {
        RunOptions options = options();
        OperatorTools tools = tools();
        RunReport report;
        Interruption interruption = Interruption.ofThisThread();
        try (SchemaRuns runs = tools.schemaRuns();
                CountDisplay display = new CountDisplay(err(), "homes")) {
            report = run(tools.schemaRunner(runs, options), shownOn(display));
        } catch (InterruptedException e) {
            err().println("To go on: schema migrate");
            err().flush();
            throw e;
        } finally {
            interruption.close();
        }
        print(RunView.of(report), SchemaViews.summary(report));
        return report.isComplete() ? 0 : BAD_RESULT;
    }

    private static RunListener shownOn(CountDisplay display) {
        AtomicInteger total = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        return new RunListener() {
            @Override
            public void begins(long homes) {
                total.set((int) Math.min(homes, Integer.MAX_VALUE));
            }

            @Override
            public void ended(HomeResult result) {
                display.show(done.incrementAndGet(), total.get());
            }
        };
    }

    private RunOptions options() {
        try {
            return RunOptions.DEFAULT.toBuilder()
                    .canaries(canaries.stream().map(TenantId::parse).toList())
                    .waves(firstWave, growth)
                    .parallel(parallel, perServer)
                    .limits(duration("--lock-timeout", lockTimeout), duration("--home-limit", homeLimit))
                    .stopAfter(stopAfter)
                    .waitForMoves(duration("--wait-for-moves", waitForMoves))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new RehomeException(ErrorKind.USER, e.getMessage() + " Correct the options.", e);
        }
    }

    /** Goes on where the last run stopped, but for what has failed. */
    @Command(
            name = "migrate",
            description = {
                "Brings all homes to the newest level: first the canaries', then waves that grow, the shared homes last. A wave"
                        + " begins when the one before is over. Goes on where an earlier run stopped, but for homes that failed in"
                        + " it. Ctrl-C leaves the run in good order.",
                "Exit status 0 if all homes are at the newest level, 1 if not."
            },
            footer = {
                "",
                "Example:",
                "  rehome schema migrate --canary 550e8400-e29b-41d4-a716-446655440000 --first-wave 20 --stop-after 3"
            })
    static final class Migrate extends SchemaMigrateCommand {
        @Override
        RunReport run(SchemaRunner runner, RunListener listener) throws InterruptedException {
            return runner.migrate(listener);
        }
    }

    /** Begins what has failed again. */
    @Command(
            name = "retry",
            description = {
                "As 'schema migrate', with the homes that failed in the open run too.",
                "Exit status 0 if all homes are at the newest level, 1 if not."
            })
    static final class Retry extends SchemaMigrateCommand {
        @Override
        RunReport run(SchemaRunner runner, RunListener listener) throws InterruptedException {
            return runner.retry(listener);
        }
    }
}
