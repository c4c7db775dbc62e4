package dev.rehome.backfill;

import dev.rehome.jdbc.CopyPipe.Piped;

/** Counts what is done and tells the listener. Thread-safe. */
final class Tally {
    private final BackfillListener listener;
    private long rowsTotal;
    private long rows;
    private long bytes;
    private int ranges;

    /** @param arrived in an earlier run */
    Tally(BackfillListener listener, Iterable<Piped> arrived) {
        this.listener = listener;
        for (Piped range : arrived) {
            rows += range.rows();
            bytes += range.bytes();
            ranges++;
        }
    }

    synchronized void begin(long total) {
        rowsTotal = total;
        listener.progress(rows, rowsTotal, bytes);
    }

    synchronized void add(Piped copied, int ofRanges) {
        rows += copied.rows();
        bytes += copied.bytes();
        ranges += ofRanges;
        listener.progress(rows, rowsTotal, bytes);
    }

    synchronized BackfillResult result() {
        return new BackfillResult(rows, bytes, ranges);
    }
}
