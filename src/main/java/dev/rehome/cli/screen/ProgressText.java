package dev.rehome.cli.screen;

import dev.rehome.move.MoveProgress;
import java.time.Duration;
import java.util.Locale;

/** How amounts and times are written for people. */
public final class ProgressText {
    private ProgressText() {}

    /** As in {@code 1,200 of 5,000 rows, 3.4 MB/s, lag 0, ETA 7 s}. */
    public static String of(MoveProgress progress) {
        String total = progress.rowsTotal() > 0 ? String.format(Locale.ROOT, " of %,d", progress.rowsTotal()) : "";
        return String.format(Locale.ROOT, "%,d%s rows, %s", progress.rowsDone(), total, rate(progress));
    }

    /** The part of it that a bar does not show by itself. */
    static String rate(MoveProgress progress) {
        String eta = progress.remaining().map(left -> ", ETA " + of(left)).orElse("");
        return String.format(
                Locale.ROOT, "%.1f MB/s, lag %,d%s", progress.bytesPerSecond() / 1e6, progress.lagRows(), eta);
    }

    /** In the unit that fits, as in {@code 250 ms}, {@code 3.2 s}, {@code 5 min} and {@code 24 h}. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (duration.toMinutes() < 3) {
            return duration.toSeconds() + " s";
        }
        return duration.toHours() < 3 ? duration.toMinutes() + " min" : duration.toHours() + " h";
    }
}
