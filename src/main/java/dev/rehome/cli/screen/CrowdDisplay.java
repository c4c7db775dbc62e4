package dev.rehome.cli.screen;

import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Shows many moves at once, as counts: a bar on a terminal, else a line now and then. Thread-safe. */
public final class CrowdDisplay implements MoveListener, AutoCloseable {
    private static final long LINE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PrintWriter lines;
    private final int total;
    private final Map<MoveId, MovePhase> phases = new HashMap<>();
    private final @Nullable ProgressBar bar;
    private long lastLineNanos = System.nanoTime();
    private int settled;
    private int failed;
    private String waitingFor = "";

    /** @param lines where they are written if there is no terminal for a bar */
    public CrowdDisplay(PrintWriter lines, int total) {
        this.lines = lines;
        this.total = total;
        this.bar = Ansi.AUTO.enabled()
                ? new ProgressBarBuilder()
                        .setTaskName("  moves")
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build()
                : null;
    }

    @Override
    public synchronized void entered(Move move, MovePhase phase) {
        if (phases.put(move.id(), phase) != phase) {
            waitingFor = "";
            show();
        }
    }

    /** A move waits for its turn on a server. */
    public synchronized void waiting(String reason) {
        waitingFor = "; waiting: " + reason;
        show();
    }

    /** Nothing more is done about a move. */
    public synchronized void settled(boolean good) {
        settled++;
        failed += good ? 0 : 1;
        show();
    }

    private void show() {
        ProgressBar shown = bar;
        if (shown != null) {
            shown.stepTo(settled);
            shown.setExtraMessage(" " + counts());
        } else if (System.nanoTime() - lastLineNanos > LINE_INTERVAL_NANOS) {
            lastLineNanos = System.nanoTime();
            lines.println("  " + counts());
            lines.flush();
        }
    }

    private String counts() {
        long soaking = phases.values().stream()
                .filter(phase -> phase == MovePhase.SOAK)
                .count();
        long underWay = phases.values().stream()
                .filter(phase -> !phase.isTerminal() && phase != MovePhase.SOAK)
                .count();
        return String.format(
                Locale.ROOT,
                "%d of %d settled, %d failed, %d soaking, %d under way%s",
                settled,
                total,
                failed,
                soaking,
                underWay,
                waitingFor);
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
