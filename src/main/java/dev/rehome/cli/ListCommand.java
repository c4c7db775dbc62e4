package dev.rehome.cli;

import dev.rehome.cli.MoveViews.MoveView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveStatus;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists moves. */
@Command(name = "list", description = "Lists moves, the newest first.")
final class ListCommand extends OperatorCommand {
    static final int DEFAULT_LIMIT = 100;

    @Option(names = "--all", description = "Also those that have ended.")
    private boolean all;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + DEFAULT_LIMIT,
            description = "No more than so many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new RehomeException(ErrorKind.USER, "--limit is at least 1. Correct it.");
        }
        List<MoveStatus> moves = tools().journal().list(all, limit);
        print(moves.stream().map(MoveView::of).toList(), MoveViews.table(moves));
        return 0;
    }
}
