package dev.rehome.connection;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Opens connections to one database. */
@FunctionalInterface
interface Opener {
    Connection open() throws SQLException;

    static Opener to(String jdbcUrl) {
        return () -> DriverManager.getConnection(jdbcUrl);
    }

    /**
     * To PostgreSQL, giving up after a while: the caller waits in person, and a server may be silent instead of refusing.
     * Parameters in the URL win.
     *
     * @param longest rounded up to seconds
     */
    static Opener to(String jdbcUrl, Properties properties, Duration longest) {
        String seconds = Long.toString(longest.plusMillis(999).toSeconds());
        Properties impatient = new Properties();
        impatient.putAll(properties);
        impatient.setProperty("connectTimeout", seconds);
        // The other one ends when the server has taken the connection, not when it has answered the login.
        impatient.setProperty("socketTimeout", seconds);
        boolean ownSocketTimeout = jdbcUrl.contains("socketTimeout=");
        return () -> {
            Connection connection = DriverManager.getConnection(jdbcUrl, impatient);
            if (!ownSocketTimeout) {
                connection.setNetworkTimeout(Runnable::run, 0); // statements may take longer
            }
            return connection;
        };
    }
}
