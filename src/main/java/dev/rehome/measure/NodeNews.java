package dev.rehome.measure;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a process tells of itself beside the sums of its tenants, in the transaction in which it says that it lives. Called by one thread
 * at a time.
 */
@FunctionalInterface
public interface NodeNews {
    /** Nothing. */
    NodeNews NONE = (connection, node) -> {};

    /**
     * Writes it down.
     *
     * @param connection to the directory's database, with the rights of the run-time role
     * @param node by which the directory knows the process
     */
    void write(Connection connection, String node) throws SQLException;
}
