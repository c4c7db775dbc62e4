package dev.rehome.cli;

import dev.rehome.cli.screen.CrowdDisplay;
import dev.rehome.cli.screen.ProgressText;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.crew.MoveCrew;
import dev.rehome.move.crew.MoveCrew.Audience;
import dev.rehome.move.crew.MoveCrew.Job;
import dev.rehome.move.crew.MoveCrew.Soaking;
import dev.rehome.move.crew.MoveResult;
import dev.rehome.move.crew.MoveResult.State;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs moves for a command: shows them while they run, leaves them in good order on Ctrl-C, prints what became of them. */
final class Foreground {
    private static final int NAMED_FAILURES = 5;
    private static final int NAMED_MOVES = 20;

    private final OperatorCommand command;
    private final OperatorTools tools;
    private final MoveOptions options;

    Foreground(OperatorCommand command, OperatorTools tools, MoveOptions options) {
        this.command = command;
        this.tools = tools;
        this.options = options;
    }

    /** What a crew did, as scripts see it. */
    record CrewView(List<CrewViews.MoveView> moves, long reached, long soaking, long failed, double seconds) {}

    /**
     * Runs them and prints the result.
     *
     * @param wanted the phase that they are to end in; being left in the soak is as good
     * @return the exit status: of a single move that failed that of its error's kind
     */
    int run(List<Job> jobs, int parallel, Soaking soaking, boolean takeOver, MovePhase wanted) {
        long began = System.nanoTime();
        List<MoveResult> results;
        Interruption interruption = Interruption.ofThisThread();
        try {
            try (Shown shown = jobs.size() == 1 ? single(soaking) : crowd(jobs.size(), wanted)) {
                results = new MoveCrew(tools.mover(options), options.soak(), soaking, takeOver, shown)
                        .run(jobs, parallel);
            }
            print(results, wanted, Duration.ofNanos(System.nanoTime() - began));
        } finally {
            interruption.close();
        }
        return status(results, wanted);
    }

    /** An audience with something to take down in the end. */
    private interface Shown extends Audience, AutoCloseable {
        @Override
        void close();
    }

    private Shown single(Soaking soaking) {
        SingleMove shown = new SingleMove(tools.journal(), command.err(), soaking == Soaking.STAY, options);
        return new Shown() {
            @Override
            public MoveListener listener(MoveId id) {
                return shown.watch(id);
            }

            @Override
            public void waiting(String reason) {
                shown.waiting(reason);
            }

            @Override
            public void ended(MoveResult result) {}

            @Override
            public void close() {
                shown.close();
            }
        };
    }

    private Shown crowd(int total, MovePhase wanted) {
        CrowdDisplay shown = new CrowdDisplay(command.err(), total);
        return new Shown() {
            @Override
            public MoveListener listener(MoveId id) {
                return shown;
            }

            @Override
            public void waiting(String reason) {
                shown.waiting(reason);
            }

            @Override
            public void ended(MoveResult result) {
                shown.settled(result.reached(wanted));
            }

            @Override
            public void close() {
                shown.close();
            }
        };
    }

    private void print(List<MoveResult> results, MovePhase wanted, Duration elapsed) {
        hints(results);
        String text = results.size() == 1 ? CrewViews.describe(results.get(0)) : summary(results, wanted, elapsed);
        command.print(
                new CrewView(
                        results.stream().map(CrewViews.MoveView::of).toList(),
                        count(results, wanted),
                        results.stream()
                                .filter(result -> result.state() == State.SOAKING)
                                .count(),
                        failed(results).size(),
                        elapsed.toMillis() / 1000.0),
                text);
    }

    /** What to do about the moves that are not over. */
    private void hints(List<MoveResult> results) {
        String unfinished = results.stream()
                .filter(result -> result.id() != null)
                .filter(result -> result.state() == State.INTERRUPTED
                        || (result.state() == State.FAILED && result.phase() != null)) // not if it was never ours
                .limit(NAMED_MOVES)
                .map(result -> String.valueOf(result.id()))
                .collect(Collectors.joining(" "));
        if (!unfinished.isEmpty()) {
            command.err().println("To go on: move run " + unfinished);
        }
        results.stream()
                .filter(result -> result.state() == State.SOAKING)
                .findFirst()
                .ifPresent(result -> command.err()
                        .println("The old home is to be kept current for "
                                + ProgressText.of(options.soak()) + ", which 'move run "
                                + (results.size() == 1 ? result.id() : "") + "' does until it is over."
                                + " 'move rollback' goes back, 'move retire' removes the old home now."));
        command.err().flush();
    }

    private static String summary(List<MoveResult> results, MovePhase wanted, Duration elapsed) {
        long soaking = results.stream()
                .filter(result -> result.state() == State.SOAKING)
                .count();
        long reached = count(results, wanted);
        String line = String.format(
                Locale.ROOT,
                "%d moves: %d %s, %d left in their soak, %d failed, %d not ended, in %s (%.0f a minute)",
                results.size(),
                reached - soaking,
                wanted,
                soaking,
                failed(results).size(),
                results.size() - reached - failed(results).size(),
                ProgressText.of(elapsed),
                reached * 60_000.0 / Math.max(1, elapsed.toMillis()));
        return failed(results).stream()
                .limit(NAMED_FAILURES)
                .map(CrewViews::describe)
                .collect(Collectors.joining(" | ", failed(results).isEmpty() ? line : line + ": ", ""));
    }

    private static long count(List<MoveResult> results, MovePhase wanted) {
        return results.stream().filter(result -> result.reached(wanted)).count();
    }

    private static List<MoveResult> failed(List<MoveResult> results) {
        return results.stream().filter(result -> result.state() == State.FAILED).toList();
    }

    private int status(List<MoveResult> results, MovePhase wanted) {
        if (results.size() == 1) {
            RehomeException failure = results.get(0).failure();
            if (failure != null) {
                if (command.json()) {
                    command.err().println(failure.getMessage());
                }
                return failure.kind().exitStatus();
            }
        }
        return count(results, wanted) == results.size() ? 0 : OperatorCommand.BAD_RESULT;
    }
}
