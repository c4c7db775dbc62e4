package dev.rehome.jdbc;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.sql.Connection;
import java.sql.SQLException;

/** Where the connections to the directory's database come from; each is closed after its transaction. */
@FunctionalInterface
public interface ConnectionSource {
    Connection open() throws SQLException;

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Runs a transaction on a connection of its own.
     *
     * @throws RehomeException (EXTERNAL) if the database fails; whatever the work throws leaves nothing done
     */
    default <T> T transact(Work<T> work) {
        try (Connection connection = open()) {
            connection.setAutoCommit(false);
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The directory cannot be used (SQLSTATE " + e.getSQLState()
                            + "). Check that its database is up; tenants already known are served meanwhile.",
                    e);
        }
    }
}
