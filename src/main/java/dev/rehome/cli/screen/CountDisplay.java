package dev.rehome.cli.screen;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Shows how many of something are done: a bar on a terminal, else a line now and then. Thread-safe. */
public final class CountDisplay implements AutoCloseable {
    private static final long LINE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PrintWriter lines;
    private final String things;
    private @Nullable ProgressBar bar;
    private long lastLineNanos = System.nanoTime();

    /** @param lines where they are written if there is no terminal for a bar */
    public CountDisplay(PrintWriter lines, String things) {
        this.lines = lines;
        this.things = things;
    }

    public synchronized void show(int done, int total) {
        if (Ansi.AUTO.enabled()) {
            ProgressBar shown = bar;
            if (shown == null) {
                shown = new ProgressBarBuilder()
                        .setTaskName("  " + things)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build();
                bar = shown;
            }
            shown.stepTo(done);
        } else if (System.nanoTime() - lastLineNanos > LINE_INTERVAL_NANOS) {
            lastLineNanos = System.nanoTime();
            lines.println("  " + done + " of " + total + " " + things);
            lines.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
