package dev.rehome.backfill;

/** Is told how a backfill gets on. Called by several threads, one at a time; what it throws ends the backfill. */
public interface BackfillListener {
    /** The snapshot is taken, nothing is copied yet: writes from here on are not part of the copy. */
    default void snapshotTaken() {}

    /**
     * A range has been committed at the target, or the first is about to be copied.
     *
     * @param rowsTotal exact
     * @param bytesDone as {@link BackfillResult#bytes}
     */
    void progress(long rowsDone, long rowsTotal, long bytesDone);
}
