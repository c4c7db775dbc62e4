package dev.rehome.verify;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** What a verification asks of whoever keeps the target current while the source is being written. */
public interface Follower {
    /** Applies at the target what is recorded as changed at the source. */
    void catchUp() throws SQLException, InterruptedException;

    /**
     * Records rows as changed at the source, so that the next {@link #catchUp} mends them at the target.
     *
     * @param keys of each the texts of all the primary key's columns, in the key's order
     */
    void mark(String table, Collection<List<String>> keys) throws SQLException, InterruptedException;

    /**
     * Called before each range, when the verification has no transaction open and may be held up or ended: what is thrown
     * here ends it, and there is no report. Does nothing by default.
     */
    default void checkpoint() throws SQLException, InterruptedException {}

    /**
     * Called after each range. Does nothing by default.
     *
     * @param rows of the source that have been compared since the verification began
     */
    default void compared(long rows) {}
}
