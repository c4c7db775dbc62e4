package dev.rehome.cli;

import dev.rehome.cli.MoveViews.MoveView;
import dev.rehome.move.JournalEntry;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.VerificationLog.Kept;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says how a move stands. */
@Command(
        name = "status",
        description = "Says how a move stands, with its journal; without MOVE, how those stand that have not ended.")
final class StatusCommand extends OperatorCommand {
    @Parameters(
            paramLabel = "MOVE",
            arity = "0..1",
            description = "The move, or the tenant whose latest move is meant.")
    private @Nullable String move;

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        if (move == null) {
            List<MoveStatus> moves = tools.journal().list(false, ListCommand.DEFAULT_LIMIT);
            print(moves.stream().map(MoveView::of).toList(), MoveViews.table(moves));
            return 0;
        }
        MoveStatus status = tools.find(move);
        List<JournalEntry> journal = tools.journal().lines(status.move().id());
        List<Kept> reports = tools.journal().verifications().of(status.move());
        print(MoveView.of(status, journal, reports), MoveViews.text(status, journal, reports));
        return 0;
    }
}
