package dev.rehome.demo;

import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveProgress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Shows a move while it runs: a bar on a terminal, else a line now and then. Used by one move at a time. */
final class MoveDisplay implements MoveListener, AutoCloseable {
    private static final long LINE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int UPDATE_INTERVAL_MILLIS = 250;

    private final PrintStream out;
    private final boolean terminal = Ansi.AUTO.enabled();
    private @Nullable ProgressBar bar;
    private @Nullable MovePhase phase;
    private long lastLineNanos;
    private int postponements;

    MoveDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void entered(Move move, MovePhase entered) {
        if (phase == entered) {
            return;
        }
        phase = entered;
        lastLineNanos = System.nanoTime();
        ProgressBar shown = bar();
        if (shown != null) {
            shown.setExtraMessage(" " + entered);
        } else {
            out.println("  " + entered);
        }
    }

    @Override
    public synchronized void progressed(Move move, MoveProgress progress) {
        ProgressBar shown = bar();
        if (shown != null) {
            if (progress.rowsTotal() > 0) {
                shown.maxHint(progress.rowsTotal()).stepTo(progress.rowsDone());
            }
            shown.setExtraMessage(" " + progress.phase() + " " + details(progress));
        } else if (System.nanoTime() - lastLineNanos > LINE_INTERVAL_NANOS) {
            lastLineNanos = System.nanoTime();
            out.println("    " + progress.rowsDone() + (progress.rowsTotal() > 0 ? " of " + progress.rowsTotal() : "")
                    + " rows, " + details(progress));
        }
    }

    @Override
    public synchronized void postponed(Move move, String reason) {
        postponements++;
        if (!terminal) {
            out.println("    postponed: " + reason);
        }
    }

    /** How often a fence was taken down again because it could not be kept within its budget. */
    synchronized int postponements() {
        return postponements;
    }

    private static String details(MoveProgress progress) {
        String eta = progress.remaining()
                .map(left -> String.format(Locale.ROOT, ", ETA %.0f s", left.toMillis() / 1000.0))
                .orElse("");
        return String.format(Locale.ROOT, "%.1f MB/s, lag %d", progress.bytesPerSecond() / 1e6, progress.lagRows())
                + eta;
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
