package dev.rehome.cli;

import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes up moves that somebody else has begun. */
@Command(
        name = "run",
        description = {
            "Goes on with moves, from where they are: those that are named, else all that nobody runs. For moves whose process"
                    + " was stopped, has died or has failed, and for soaks that were left."
        },
        footer = {"", "Example:", "  rehome move run"})
final class RunCommand extends OperatorCommand {
    /** Nobody has so many under way. */
    private static final int MOST_MOVES = 10_000;

    @Parameters(paramLabel = "MOVE", arity = "0..*", description = "Moves, or the tenants that they are of.")
    private List<String> moves = new ArrayList<>();

    @Option(
            names = "--take-over",
            description =
                    "Take the named moves even from a process that was heard of a moment ago. It is shut out, should it"
                            + " still live.")
    private boolean takeOver;

    @Option(names = "--until-soak", description = "Leave each when its soak begins.")
    private boolean untilSoak;

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        MoveOptions options = tools.options();
        Instant now = Instant.now();
        List<MoveStatus> chosen = moves.isEmpty()
                ? tools.journal().list(false, MOST_MOVES).stream()
                        .filter(status -> !status.isRunAt(now))
                        .toList()
                : moves.stream().map(tools::find).toList();
        List<Job> jobs =
                chosen.stream().map(MoveStatus::move).map(Job::of).distinct().toList();
        if (jobs.isEmpty()) {
            print(new Foreground.CrewView(List.of(), 0, 0, 0, 0), "No move waits for somebody to run it.");
            return 0;
        }
        Soaking soaking = untilSoak ? Soaking.LEAVE : jobs.size() == 1 ? Soaking.STAY : Soaking.VISIT;
        return new Foreground(this, tools, options)
                .run(jobs, options.maxConcurrentMoves(), soaking, takeOver, MovePhase.DONE);
    }
}
