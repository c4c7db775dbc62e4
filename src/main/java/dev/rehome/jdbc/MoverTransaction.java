package dev.rehome.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Begins the transactions of the role {@link DatabaseRole#MOVER}. Each is bound by row-level security to one tenant (R4),
 * and what it writes is not captured, since it only repeats what was. All in one round trip, which other statements can share;
 * the caller commits or rolls back.
 */
public final class MoverTransaction {
    private static final String BIND =
            "select set_config('rehome.tenant', ?, true), set_config('rehome.capture', 'off', true)";
    private static final String BIND_UNFLUSHED = BIND + ", set_config('synchronous_commit', 'off', true)";
    private static final String READ_COMMITTED = "set transaction isolation level read committed";
    private static final String REPEATABLE_READ = "set transaction isolation level repeatable read";
    private static final Pattern SNAPSHOT = Pattern.compile("[0-9A-F-]+");

    private MoverTransaction() {}

    public static void beginReadCommitted(Connection connection, UUID tenant) throws SQLException {
        readCommitted(connection, tenant, Durability.FLUSHED).execute();
    }

    /** The snapshot is taken here, not at the caller's first statement. */
    public static void beginRepeatableRead(Connection connection, UUID tenant) throws SQLException {
        repeatableRead(connection, tenant, Durability.FLUSHED).execute();
    }

    /** @param snapshot as {@code pg_export_snapshot} returned it, in a transaction that is still open */
    public static void beginAtSnapshot(Connection connection, String snapshot, UUID tenant) throws SQLException {
        atSnapshot(connection, snapshot, tenant).execute();
    }

    /** What begins it, with which more can travel. Nothing has been sent yet. */
    public static Pipeline readCommitted(Connection connection, UUID tenant, Durability durability)
            throws SQLException {
        return begin(connection, READ_COMMITTED).then(binding(durability), tenant.toString());
    }

    /** As {@link #readCommitted}. The snapshot is taken when that is sent. */
    public static Pipeline repeatableRead(Connection connection, UUID tenant, Durability durability)
            throws SQLException {
        return begin(connection, REPEATABLE_READ).then(binding(durability), tenant.toString());
    }

    /**
     * As {@link #readCommitted}, with a snapshot that another transaction has taken.
     *
     * @param snapshot as {@code pg_export_snapshot} returned it, in a transaction that is still open
     */
    public static Pipeline atSnapshot(Connection connection, String snapshot, UUID tenant) throws SQLException {
        if (!SNAPSHOT.matcher(snapshot).matches()) {
            throw new IllegalArgumentException("'" + snapshot + "' is not a snapshot's name.");
        }
        return begin(connection, REPEATABLE_READ)
                .then("set transaction snapshot '" + snapshot + "'")
                .then(BIND, tenant.toString());
    }

    /** Binds the running transaction to another tenant. */
    public static void rebind(Connection connection, UUID tenant) throws SQLException {
        new Pipeline(connection).then(BIND, tenant.toString()).execute();
    }

    private static Pipeline begin(Connection connection, String characteristics) throws SQLException {
        connection.setAutoCommit(false);
        return new Pipeline(connection).then(characteristics);
    }

    private static String binding(Durability durability) {
        return durability == Durability.FLUSHED ? BIND : BIND_UNFLUSHED;
    }

    /** Rolls back after a failure, which stays the one that is reported: what goes wrong here is added to it. */
    public static void rollback(Connection connection, Throwable failure) {
        try {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
