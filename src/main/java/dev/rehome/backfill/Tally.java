package dev.rehome.backfill;

import dev.rehome.jdbc.CopyPipe.Piped;

/** Counts what is done and tells the listener. Thread-safe. */
final class Tally {
    private final BackfillListener listener;
    private final long rowsTotal;
    private long rows;
    private long bytes;
    private int ranges;

    Tally(long rowsTotal, BackfillListener listener) {
        this.rowsTotal = rowsTotal;
        this.listener = listener;
        listener.progress(0, rowsTotal, 0);
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
