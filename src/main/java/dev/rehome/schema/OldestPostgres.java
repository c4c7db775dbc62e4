package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * The oldest PostgreSQL that serves homes. Before it a role could not be granted without its rights
 * ({@code grant … with inherit false, set true}), which the SCHEMA tier rests upon.
 */
final class OldestPostgres {
    private static final int MAJOR_VERSION = 16;

    private OldestPostgres() {}

    /** @throws RehomeException (CONFIGURATION) if the server is older; other products than PostgreSQL pass */
    static void require(Connection connection) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        if ("PostgreSQL".equals(server.getDatabaseProductName()) && server.getDatabaseMajorVersion() < MAJOR_VERSION) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "The server at " + server.getURL() + " is PostgreSQL " + server.getDatabaseProductVersion()
                            + ". Use PostgreSQL " + MAJOR_VERSION + " or later.");
        }
    }
}
