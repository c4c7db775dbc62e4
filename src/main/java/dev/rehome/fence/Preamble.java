package dev.rehome.fence;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Enters in the same flush as the first statement of a transaction, so that entering costs no round trip: its text stands
 * before that statement's own, and its parameters before the statement's. If it refuses, the server skips what follows.
 * Immutable.
 */
public interface Preamble {

    /** What stands before the first statement, up to and including the last separator. */
    String sql();

    /** How many parameters it has. */
    int parameters();

    /** How many results it has, which come before the statement's own. */
    int results();

    /** Binds its parameters, which are the first ones of the statement. */
    void bind(PreparedStatement statement) throws SQLException;

    /**
     * The home's answer, if this failure is one. Empty if it may come from the statement behind the preamble: what such a
     * failure means shows when both are run one after the other.
     */
    Optional<Admission> refusal(SQLException failure);
}
