package dev.rehome.cli.screen;

import dev.rehome.life.LifeListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Shows what is done with a tenant: a bar on a terminal, else a line for each step and now and then. Thread-safe. */
public final class LifeDisplay implements LifeListener, AutoCloseable {
    private static final long LINE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int UPDATE_INTERVAL_MILLIS = 250;

    private final PrintWriter lines;
    private final boolean terminal = Ansi.AUTO.enabled();
    private final long bytesTotal;
    private long beganNanos = System.nanoTime();
    private @Nullable ProgressBar bar;
    private String step = "";
    private long lastLineNanos = System.nanoTime();

    /**
     * @param lines where they are written if there is no terminal for a bar
     * @param bytesTotal what there is to be read or written; 0 if nobody knows
     */
    public LifeDisplay(PrintWriter lines, long bytesTotal) {
        this.lines = lines;
        this.bytesTotal = bytesTotal;
    }

    @Override
    public synchronized void step(String now) {
        step = now;
        beganNanos = System.nanoTime();
        ProgressBar shown = bar();
        if (shown == null) {
            line("  " + now);
        } else {
            shown.setExtraMessage(" " + now);
        }
    }

    @Override
    public synchronized void progress(long rowsDone, long rowsTotal, long bytesDone) {
        ProgressBar shown = bar();
        if (shown != null) {
            shown.stepTo(bytesDone > 0 ? bytesDone : rowsDone);
        } else if (System.nanoTime() - lastLineNanos > LINE_INTERVAL_NANOS) {
            lastLineNanos = System.nanoTime();
            line("    " + step + ": " + amount(rowsDone, bytesDone));
        }
    }

    private String amount(long rows, long bytes) {
        if (bytes == 0) {
            return String.format(Locale.ROOT, "%,d rows", rows);
        }
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        return String.format(
                Locale.ROOT,
                "%,.1f%s MB, %,.1f MB/s",
                bytes / 1e6,
                bytesTotal > 0 ? String.format(Locale.ROOT, " of %,.1f", bytesTotal / 1e6) : "",
                bytes / 1e6 / seconds);
    }

    private void line(String text) {
        lines.println(text);
        lines.flush();
    }

    private @Nullable ProgressBar bar() {
        if (terminal && bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("  tenant")
                    .setInitialMax(bytesTotal == 0 ? -1 : bytesTotal)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_INTERVAL_MILLIS)
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
