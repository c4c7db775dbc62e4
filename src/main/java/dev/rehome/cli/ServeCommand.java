package dev.rehome.cli;

import dev.rehome.automation.Automation;
import dev.rehome.automation.AutomationListener;
import dev.rehome.dashboard.DashboardServer;
import dev.rehome.move.Move;
import dev.rehome.move.MovePhase;
import dev.rehome.move.crew.MoveResult;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks after the fleet. */
@Command(
        name = "serve",
        description = {
            "Looks after the fleet until it is stopped: makes plans and carries them out as far as 'auto' of the strategy file says,"
                    + " takes up moves whose process has died, ends soaks, fills the stock of spare homes, and checks. Several may run"
                    + " at the same time, on several machines; each may be killed at any time.",
            "A changed strategy file is taken up at once; one with mistakes is not, and the earlier one stays in force. Address, port"
                    + " and tokens of the dashboard are those that it began with.",
            "The dashboard is a page and a JSON API, at the address that 'serve' of the strategy file says.",
            "Ctrl-C or SIGTERM stops it: moves are left as they are, and the next process goes on with them."
        })
final class ServeCommand extends OperatorCommand {
    @Option(names = "--no-dashboard", description = "Without the dashboard: a second process of a machine, say.")
    private boolean noDashboard;

    @Override
    public Integer call() throws InterruptedException {
        try (OperatorTools first = tools()) {
            first.bringUpDirectory();
        }
        Interruption interruption = Interruption.ofThisThread();
        try (Automation automation = Automation.start(strategyFile(), new Log(err()))) {
            err().println("Serving as " + automation.node() + ". Ctrl-C stops.");
            err().flush();
            if (noDashboard) {
                new CountDownLatch(1).await();
            }
            try (LiveTools live = new LiveTools(automation::strategy);
                    DashboardServer dashboard =
                            DashboardServer.start(automation.strategy().serve(), live.sources())) {
                err().println("The dashboard is at " + dashboard.address()
                        + dashboard
                                .madeUpToken()
                                .map(token -> " and asks for the token of this process: " + token)
                                .orElse(""));
                err().flush();
                new CountDownLatch(1).await();
            }
        } catch (InterruptedException stopped) {
            // As wanted.
        } finally {
            interruption.close();
        }
        print(Map.of("stopped", true), "Stopped. Moves are left as they are, for the next process to go on with.");
        return 0;
    }

    /** A line for each thing that an operator may want to know of. */
    private static final class Log implements AutomationListener {
        private final PrintWriter lines;

        Log(PrintWriter lines) {
            this.lines = lines;
        }

        @Override
        public void dutyDone(String duty, String outcome) {
            if (!outcome.startsWith("0 begun, 0 ended") && !outcome.startsWith("none")) {
                print(duty + ": " + outcome);
            }
        }

        @Override
        public void dutyFailed(String duty, String failure) {
            print(duty + " FAILED: " + failure);
        }

        @Override
        public void moveEntered(Move move, MovePhase phase) {
            print("move " + move.id() + " of tenant " + move.tenant() + ": " + phase);
        }

        @Override
        public void moveLeft(MoveResult result) {
            if (result.failure() != null) {
                print(CrewViews.describe(result));
            }
        }

        @Override
        public void strategyReloaded() {
            print("The strategy file has changed, and is in force.");
        }

        @Override
        public void strategyRefused(String problem) {
            print("The strategy file is NOT taken up, the earlier one stays in force. " + problem);
        }

        private synchronized void print(String line) {
            lines.println(String.format(Locale.ROOT, "%s %s", Instant.now().truncatedTo(ChronoUnit.SECONDS), line));
            lines.flush();
        }
    }
}
