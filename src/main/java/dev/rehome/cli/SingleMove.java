package dev.rehome.cli;

import dev.rehome.cli.screen.MoveDisplay;
import dev.rehome.cli.screen.ProgressText;
import dev.rehome.error.RehomeException;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.MoveStatus;
import dev.rehome.time.DaemonThreads;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the one move that this process runs: what its listener is told, and from the directory why it waits. Thread-safe.
 */
final class SingleMove implements MoveListener, AutoCloseable {
    private static final long INTERVAL_MILLIS = 1_000;

    private final MoveJournal journal;
    private final PrintWriter remarks;
    private final boolean stays;
    private final MoveOptions options;
    private final MoveDisplay display;
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("rehome-display"));
    private volatile @Nullable MoveId watched;
    private volatile @Nullable ScheduledFuture<?> ticking;

    /** @param stays whether its soak is spent here */
    SingleMove(MoveJournal journal, PrintWriter remarks, boolean stays, MoveOptions options) {
        this.journal = journal;
        this.remarks = remarks;
        this.stays = stays;
        this.options = options;
        this.display = new MoveDisplay(remarks);
    }

    MoveListener watch(MoveId id) {
        if (watched == null) {
            watched = id;
            remarks.println("move " + id);
            remarks.flush();
            ticking = asking.scheduleWithFixedDelay(this::ask, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
        return this;
    }

    private void ask() {
        try {
            Optional.ofNullable(watched)
                    .flatMap(journal::status)
                    .map(MoveStatus::waitingFor)
                    .ifPresent(display::waiting);
        } catch (RehomeException e) {
            display.waiting(Optional.of(e.getMessage()));
        }
    }

    /** For room on a server. */
    void waiting(String reason) {
        display.waiting(Optional.of(reason));
    }

    @Override
    public void entered(Move move, MovePhase phase) {
        display.entered(move, phase);
    }

    @Override
    public void progressed(Move move, MoveProgress progress) {
        display.progressed(move, progress);
    }

    @Override
    public void postponed(Move move, String reason) {
        display.postponed(move, reason);
    }

    @Override
    public void cutOver(Move move, Duration fenced) {
        if (stays && options.rollback()) {
            remarks.println("  " + fenced.toMillis() + " ms fenced. The old home is kept current for "
                    + ProgressText.of(options.soak()) + ": 'move rollback " + move.id()
                    + "' goes back, 'move retire " + move.id() + "' ends that now; Ctrl-C leaves it, 'move run "
                    + move.id() + "' goes on.");
            remarks.flush();
        }
    }

    @Override
    public void close() {
        ScheduledFuture<?> begun = ticking;
        if (begun != null) {
            begun.cancel(false);
        }
        asking.shutdown();
        display.close();
    }
}
