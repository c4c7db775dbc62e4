package dev.rehome.strategy;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.Mover;
import dev.rehome.placement.Directory;
import java.util.Optional;

/**
 * Turns approved lines into moves, and sees how those end. Everything may be repeated, also after the process was killed in the
 * middle: {@link #settle} recognises a move that was planned for a line. Thread-safe.
 */
public final class LineStarter {
    /** Of a line that nobody had to decide. */
    private static final String UNDECIDED = "the strategy";

    private final Plans plans;
    private final MoveJournal journal;
    private final Directory directory;

    public LineStarter(Plans plans, MoveJournal journal, Directory directory) {
        this.plans = plans;
        this.journal = journal;
        this.directory = directory;
    }

    /**
     * Plans the move of an approved line; whoever wants to runs it.
     *
     * @return the move; empty if the line cannot be carried out, which it says then, or not yet
     * @throws RehomeException (EXTERNAL) if the directory cannot be used
     */
    public Optional<Move> start(PlanLine line, Mover mover) {
        if (!directory.find(line.tenant()).map(line.source()::equals).orElse(false)) {
            plans.failed(line.id(), "The tenant has been moved or deleted since. The next plan sees it where it is.");
            return Optional.empty();
        }
        try {
            return begun(
                    line,
                    mover.plan(line.tenant(), line.target(), false, line.by().orElse(UNDECIDED)));
        } catch (RehomeException e) {
            if (e.kind() == ErrorKind.USER || e.kind() == ErrorKind.CONFIGURATION) {
                plans.failed(line.id(), e.getMessage());
            } else if (e.kind() != ErrorKind.BUSY) { // else it is in another move, and waits for the end of that
                throw e;
            }
            return Optional.empty();
        }
    }

    private Optional<Move> begun(PlanLine line, Move move) {
        return plans.started(line.id(), move.id()) ? Optional.of(move) : Optional.empty();
    }

    /** Says of each line whose move has ended how. Returns how many those were. */
    public int settle() {
        plans.adopt();
        int ended = 0;
        for (PlanLine line : plans.running()) {
            Optional<MovePhase> phase =
                    line.move().flatMap(journal::status).map(MoveStatus::move).map(Move::phase);
            if (phase.isEmpty()) {
                plans.failed(line.id(), "Its move is not in the journal.");
            } else if (phase.get() == MovePhase.DONE) {
                plans.done(line.id());
            } else if (phase.get().isTerminal()) {
                plans.failed(line.id(), "Its move was " + phase.get() + "; the journal says why.");
            } else {
                continue;
            }
            ended++;
        }
        return ended;
    }
}
