package dev.rehome.cli.screen;

import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows one move while it runs: a bar on a terminal (on its standard error), else a line now and then: phase, rows, MB/s, lag,
 * time left, and why it waits. Thread-safe.
 */
public final class MoveDisplay implements MoveListener, AutoCloseable {
    private static final long LINE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A soak lasts a day. */
    private static final long SOAK_LINE_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int UPDATE_INTERVAL_MILLIS = 250;
    private static final int LONGEST_REASON = 100;

    private final PrintWriter lines;
    private final boolean terminal = Ansi.AUTO.enabled();
    private @Nullable ProgressBar bar;
    private @Nullable MovePhase phase;
    private String details = "";
    private Optional<String> waitingFor = Optional.empty();
    private long lastLineNanos;
    private int postponements;

    /** @param lines where they are written if there is no terminal for a bar */
    public MoveDisplay(PrintWriter lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void entered(Move move, MovePhase entered) {
        if (phase == entered) {
            return;
        }
        phase = entered;
        details = "";
        waitingFor = Optional.empty();
        lastLineNanos = System.nanoTime();
        ProgressBar shown = bar();
        if (shown == null) {
            line("  " + entered);
        } else {
            describe(shown);
        }
    }

    @Override
    public synchronized void progressed(Move move, MoveProgress progress) {
        ProgressBar shown = bar();
        if (shown != null) {
            if (progress.rowsTotal() > 0) {
                shown.maxHint(progress.rowsTotal()).stepTo(progress.rowsDone());
            }
            details = ProgressText.rate(progress);
            describe(shown);
            return;
        }
        details = ProgressText.of(progress);
        long interval = progress.phase() == MovePhase.SOAK ? SOAK_LINE_INTERVAL_NANOS : LINE_INTERVAL_NANOS;
        if (System.nanoTime() - lastLineNanos > interval) {
            lastLineNanos = System.nanoTime();
            line("    " + details);
        }
    }

    /**
     * Why the move does not get on, which its listener is not told.
     *
     * @param reason empty if it does
     */
    public synchronized void waiting(Optional<String> reason) {
        if (reason.equals(waitingFor)) {
            return;
        }
        waitingFor = reason;
        ProgressBar shown = bar;
        if (shown != null) {
            describe(shown);
        } else if (phase != MovePhase.SOAK) {
            reason.ifPresent(text -> line("    waiting: " + text));
        }
    }

    @Override
    public synchronized void postponed(Move move, String reason) {
        postponements++;
        waiting(Optional.of("postponed: " + reason));
    }

    /** How often a fence was taken down again because it could not be kept within its budget. */
    public synchronized int postponements() {
        return postponements;
    }

    private void describe(ProgressBar shown) {
        String reason = waitingFor
                .map(text -> text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + " ..." : text)
                .map(text -> " (waiting: " + text + ")")
                .orElse("");
        shown.setExtraMessage(" " + phase + " " + details + reason);
    }

    private void line(String text) {
        lines.println(text);
        lines.flush();
    }

    private @Nullable ProgressBar bar() {
        if (terminal && bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("  move")
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_INTERVAL_MILLIS)
                    .hideEta()
                    .build();
        }
        return bar;
    }

    @Override
    public synchronized void close() {
        ProgressBar shown = bar;
        bar = null;
        if (shown != null) {
            shown.close();
        }
    }
}
