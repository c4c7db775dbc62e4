package dev.rehome.schema;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Who may change a schema of a PostgreSQL database. Liquibase's own lock is a row, which outlives whoever set it and then
 * died; so there is an advisory lock before it, which does not, and behind that a row that is still set is taken away, unless
 * somebody is connected who can have set it and is none of us.
 */
final class ChangelogLock {
    private static final String KEY = "hashtextextended('rehome changelog ' || ?, 0)";
    /** What all connections that take the advisory lock are called. */
    private static final String OURS = "rehome %";
    /** Anybody may see these columns of other users' sessions. */
    private static final String POSSIBLE_HOLDER = """
            select format('process %s of user %s (%s)', a.pid, a.usename, a.application_name)
              from pg_stat_activity a
             where a.datname = current_database() and a.pid <> pg_backend_pid() and a.usename is not null
               and a.application_name not like ?
               and has_table_privilege(a.usesysid, format('%I.databasechangeloglock', ?::text)::regclass, 'UPDATE')
             order by a.pid limit 1""";

    private ChangelogLock() {}

    static boolean isKnownTo(Connection connection) throws SQLException {
        return "PostgreSQL".equals(connection.getMetaData().getDatabaseProductName());
    }

    /** For the session: Liquibase commits as it likes. Liquibase itself waits for a row that is not taken away. */
    static void take(Connection connection, String schema) throws SQLException {
        call(connection, "select pg_advisory_lock(" + KEY + ")", schema);
        if (hasTable(connection, schema)
                && isSet(connection, schema, "")
                && holder(connection, schema).isEmpty()) {
            clear(connection, schema);
        }
    }

    static void give(Connection connection, String schema) throws SQLException {
        call(connection, "select pg_advisory_unlock(" + KEY + ")", schema);
    }

    /**
     * For the transaction, in which a plain Liquibase then waits for the row. A caller's {@code lock_timeout} holds.
     *
     * @return whether the schema has a changelog's tables
     * @throws RehomeException (BUSY) if somebody else may be at work
     */
    static boolean takeInTransaction(Connection connection, String schema) throws SQLException {
        call(connection, "select pg_advisory_xact_lock(" + KEY + ")", schema);
        if (!hasTable(connection, schema)) {
            return false;
        }
        if (isSet(connection, schema, " for update")) {
            takeAway(connection, schema);
        }
        return true;
    }

    private static void takeAway(Connection connection, String schema) throws SQLException {
        Optional<String> holder = holder(connection, schema);
        if (holder.isPresent()) {
            throw new RehomeException(
                    ErrorKind.BUSY,
                    "The changelog of schema " + schema + " is locked, and " + holder.get()
                            + " may be changing it. Wait, or end that session if it is not; the lock is taken away then.");
        }
        clear(connection, schema);
    }

    /**
     * As {@link #takeInTransaction}, where the changelog's tables exist, in one round trip with what comes before it.
     *
     * @param before statements without results
     * @return the schema's level, read with the lock held
     */
    static Level takeAndRead(Connection connection, Statement statement, String before, String schema)
            throws SQLException {
        boolean isSet = false;
        Level level = Level.NONE;
        int results = 0;
        boolean isRows = statement.execute(before + "; select pg_advisory_xact_lock("
                + KEY.replace("?", SqlNames.literal(schema)) + "); select locked from "
                + SqlNames.quote(schema, "databasechangeloglock") + " where id = 1 for update; select "
                + Levels.FINGERPRINT + " from " + SqlNames.quote(schema, "databasechangelog"));
        while (isRows || statement.getUpdateCount() != -1) {
            if (isRows) {
                try (ResultSet row = statement.getResultSet()) {
                    results++;
                    if (results == 2) {
                        isSet = row.next() && row.getBoolean(1);
                    } else if (results == 3 && row.next() && row.getString(1) != null) {
                        level = new Level(row.getString(1));
                    }
                }
            }
            isRows = statement.getMoreResults();
        }
        if (isSet) {
            takeAway(connection, schema);
        }
        return level;
    }

    /** Waits until nobody is changing the schema, for the transaction that runs. */
    static void await(Connection connection, String schema) throws SQLException {
        call(connection, "select pg_advisory_xact_lock_shared(" + KEY + ")", schema);
    }

    private static boolean hasTable(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select to_regclass(format('%I.databasechangeloglock', ?::text)) is not null")) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static boolean isSet(Connection connection, String schema, String locking) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select locked from "
                        + SqlNames.quote(schema, "databasechangeloglock") + " where id = 1" + locking)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static Optional<String> holder(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(POSSIBLE_HOLDER)) {
            statement.setString(1, OURS);
            statement.setString(2, schema);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static void clear(Connection connection, String schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("update " + SqlNames.quote(schema, "databasechangeloglock")
                    + " set locked = false, lockgranted = null, lockedby = null where locked");
        }
    }

    private static void call(Connection connection, String sql, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            statement.execute();
        }
    }
}
