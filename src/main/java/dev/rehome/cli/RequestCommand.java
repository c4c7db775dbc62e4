package dev.rehome.cli;

import dev.rehome.cli.MoveViews.MoveView;
import dev.rehome.move.MoveId;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Asks something of a move. The process that runs it carries that out; if there is none, this one does, unless there is nothing
 * to do.
 */
abstract class RequestCommand extends OperatorCommand {
    @Parameters(paramLabel = "MOVE", description = "The move, or the tenant that it is of.")
    private String move;

    private final Optional<MoveRequest> request;
    private final Optional<MovePhase> wanted;

    /**
     * @param request what is asked; empty to take back what was asked before
     * @param wanted where a move that is run here is to get; empty if it is not run here
     */
    private RequestCommand(Optional<MoveRequest> request, Optional<MovePhase> wanted) {
        this.request = request;
        this.wanted = wanted;
    }

    @Command(
            name = "pause",
            description =
                    "Stops a move at the next point where that does no harm. The tenant is served meanwhile, and its"
                            + " changes are recorded, until 'move resume'.")
    static final class Pause extends RequestCommand {
        Pause() {
            super(Optional.of(MoveRequest.PAUSE), Optional.empty());
        }
    }

    @Command(
            name = "resume",
            description = "Lets a paused move go on; takes back whatever else was asked of a move and is not done yet.")
    static final class Resume extends RequestCommand {
        Resume() {
            super(Optional.empty(), Optional.empty());
        }
    }

    /** Those after which there is something to do at once. */
    abstract static class Carried extends RequestCommand {
        @Option(names = "--no-run", description = "Only ask, even if nobody runs the move.")
        private boolean noRun;

        private Carried(MoveRequest request, MovePhase wanted) {
            super(Optional.of(request), Optional.of(wanted));
        }

        @Override
        boolean runs() {
            return !noRun;
        }
    }

    @Command(
            name = "cancel",
            description = "Gives a move up before its cutover, and removes what it has made.",
            footer = {"", "After the cutover, 'move rollback' goes back without losing anything."})
    static final class Cancel extends Carried {
        Cancel() {
            super(MoveRequest.CANCEL, MovePhase.CANCELLED);
        }
    }

    @Command(name = "cutover", description = "Lets a move make the cutover that was held back (move start --hold).")
    static final class Cutover extends Carried {
        Cutover() {
            super(MoveRequest.CUTOVER, MovePhase.DONE);
        }
    }

    @Command(
            name = "rollback",
            description = "Takes a tenant back to its old home during the soak, with everything written since.")
    static final class Rollback extends Carried {
        Rollback() {
            super(MoveRequest.ROLL_BACK, MovePhase.ROLLED_BACK);
        }
    }

    @Command(
            name = "retire",
            description =
                    "Ends a soak now: compares once more, then removes the old home's copy. There is no way back then.")
    static final class Retire extends Carried {
        Retire() {
            super(MoveRequest.RETIRE, MovePhase.DONE);
        }
    }

    /** Whether the move is run here if nobody else does. */
    boolean runs() {
        return false;
    }

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        MoveId id = tools.find(move).move().id();
        String operator = OperatorTools.operator();
        request.ifPresentOrElse(
                asked -> tools.journal().request(id, asked, operator),
                () -> tools.journal().resume(id, operator));
        MoveStatus status = tools.journal().status(id).orElseThrow();
        if (!status.isRunAt(Instant.now()) && runs() && wanted.isPresent()) {
            err().println("Nobody runs the move, so it is done here.");
            err().flush();
            return new Foreground(this, tools, tools.options())
                    .run(List.of(Job.of(status.move())), 1, Soaking.LEAVE, false, wanted.get());
        }
        print(MoveView.of(status), text(status));
        return 0;
    }

    private String text(MoveStatus status) {
        String asked = "Move " + status.move().id() + ", in " + status.move().phase() + ", is asked to "
                + request.map(RequestCommand::infinitive).orElse("go on") + ". ";
        if (status.move().phase().isTerminal()) {
            return "Move " + status.move().id() + " has ended: " + status.move().phase() + ".";
        }
        return asked
                + (status.isRunAt(Instant.now())
                        ? status.holder().orElse("Its process") + " does so."
                        : "Nobody runs it: 'move run " + status.move().id() + "' does.");
    }

    private static String infinitive(MoveRequest request) {
        return switch (request) {
            case PAUSE -> "pause";
            case CANCEL -> "give up";
            case CUTOVER -> "make its cutover";
            case ROLL_BACK -> "go back";
            case RETIRE -> "end its soak";
        };
    }
}
