package dev.rehome.jdbc;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.sql.Connection;
import java.sql.SQLException;

/** Where the connections to the directory's database come from. */
@FunctionalInterface
public interface ConnectionSource {
    /** A connection with autocommit on, which the caller closes. */
    Connection open() throws SQLException;

    /** Takes a connection back whose transaction was committed. */
    default void done(Connection connection) throws SQLException {
        connection.close();
    }

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
        try {
            Connection connection = open();
            T result;
            try {
                connection.setAutoCommit(false);
                result = work.on(connection);
                connection.commit();
            } catch (Throwable e) {
                closeAfter(e, connection);
                throw e;
            }
            done(connection);
            return result;
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The directory cannot be used (SQLSTATE " + e.getSQLState()
                            + "). Check that its database is up; tenants already known are served meanwhile.",
                    e);
        }
    }

    private static void closeAfter(Throwable failure, Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
