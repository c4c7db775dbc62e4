package dev.rehome.fence;

import dev.rehome.placement.Placement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Stands at the door of every home. Admits a transaction that comes with the tenant's current placement, and nothing
 * while a cutover has the fence up (R1). Thread-safe.
 */
public interface Fence {

    /**
     * Begins a transaction on the connection and enters. If it is not admitted, the transaction is to be rolled back.
     *
     * @param connection autocommit off, no transaction begun
     * @throws SQLException if the database failed, as opposed to having answered
     */
    Admission enter(Connection connection, Placement placement, TransactionMode mode) throws SQLException;

    /** How to enter in the same flush as the transaction's first statement; empty if homes have no such way. */
    default Optional<Preamble> preamble(Placement placement, TransactionMode mode) {
        return Optional.empty();
    }
}
