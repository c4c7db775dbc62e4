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
}
