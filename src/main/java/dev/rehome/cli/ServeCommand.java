package dev.rehome.cli;

import dev.rehome.automation.Automation;
import dev.rehome.automation.AutomationListener;
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

/** Looks after the fleet. */
@Command(
        name = "serve",
        description = {
            "Looks after the fleet until it is stopped: makes plans and carries them out as far as 'auto' of the strategy file says,"
                    + " takes up moves whose process has died, ends soaks, fills the stock of spare homes, and checks. Several may run"
                    + " at the same time, on several machines; each may be killed at any time.",
            "A changed strategy file is taken up at once; one with mistakes is not, and the earlier one stays in force.",
            "Ctrl-C or SIGTERM stops it: moves are left as they are, and the next process goes on with them."
        })
final class ServeCommand extends OperatorCommand {
    @Override
    public Integer call() throws InterruptedException {
        tools().bringUpDirectory();
        Interruption interruption = Interruption.ofThisThread();
        try (Automation automation = Automation.start(strategyFile(), new Log(err()))) {
            // The web server begins here, and is closed before the automation is.
            err().println("Serving as " + automation.node() + ". Ctrl-C stops.");
            err().flush();
            new CountDownLatch(1).await();
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
