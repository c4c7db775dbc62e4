package dev.rehome.cli;

import dev.rehome.cli.MoveViews.MoveView;
import dev.rehome.cli.screen.MoveDisplay;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Follows a move that another process runs. */
@Command(
        name = "watch",
        description = {
            "Follows a move that another process runs, until it soaks or has ended.",
            "Exit status 0 if the target serves then; 1 if it does not, or if nobody runs the move."
        })
final class WatchCommand extends OperatorCommand {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    /** Between its plan and its first step nobody runs a move, for a moment. */
    private static final int PATIENCE = 6;

    @Parameters(paramLabel = "MOVE", description = "The move, or the tenant that it is of.")
    private String move;

    @Override
    public Integer call() throws InterruptedException {
        OperatorTools tools = tools();
        MoveStatus status = tools.find(move);
        int alone = 0;
        try (MoveDisplay display = new MoveDisplay(err())) {
            while (true) {
                MovePhase phase = status.move().phase();
                display.entered(status.move(), phase);
                display.progressed(status.move(), status.progress());
                display.waiting(status.waitingFor());
                alone = status.isRunAt(Instant.now()) ? 0 : alone + 1;
                if (phase.isTerminal() || phase == MovePhase.SOAK || alone > PATIENCE) {
                    break;
                }
                Deadline.in(INTERVAL).sleep(INTERVAL);
                status = tools.journal().status(status.move().id()).orElseThrow();
            }
        }
        print(MoveView.of(status), MoveViews.table(List.of(status)));
        MovePhase phase = status.move().phase();
        return phase == MovePhase.SOAK || phase == MovePhase.DONE ? 0 : BAD_RESULT;
    }
}
