package dev.rehome.backfill;

import dev.rehome.jdbc.TenantTable;
import java.sql.SQLException;
import java.util.Collection;

/** Is told how a backfill gets on. Called by several threads, one at a time; what it throws ends the backfill. */
public interface BackfillListener {
    /** The snapshot is taken, nothing is copied yet: writes from here on are not part of the copy. */
    default void snapshotTaken() {}

    /**
     * An earlier run was cut off, and the ranges that it brought are kept. They are older than the snapshot that the rest is
     * copied from, so in these tables the rows that have changed since must become, at the target, what they are in it.
     *
     * @param snapshot as {@code pg_export_snapshot} returned it
     * @param tables of which some or all ranges have arrived; what they refer to has arrived whole
     */
    default void resumed(String snapshot, Collection<TenantTable> tables) throws SQLException, InterruptedException {}

    /**
     * A range has been committed at the target, or the first is about to be copied.
     *
     * @param rowsTotal exact
     * @param bytesDone as {@link BackfillResult#bytes}
     */
    void progress(long rowsDone, long rowsTotal, long bytesDone);
}
