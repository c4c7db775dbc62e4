package dev.rehome.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Begins the transactions of the role {@link DatabaseRole#MOVER}. Each is bound by row-level security to one tenant (R4),
 * and what it writes is not captured, since it only repeats what was. All in one round trip; the caller commits or rolls
 * back.
 */
public final class MoverTransaction {
    private static final String BIND =
            "select set_config('rehome.tenant', ?, true), set_config('rehome.capture', 'off', true)";
    private static final String BIND_UNFLUSHED = BIND + ", set_config('synchronous_commit', 'off', true)";
    private static final String READ_COMMITTED = "set transaction isolation level read committed; ";
    private static final String REPEATABLE_READ = "set transaction isolation level repeatable read; ";
    private static final Pattern SNAPSHOT = Pattern.compile("[0-9A-F-]+");

    private MoverTransaction() {}

    public static void beginReadCommitted(Connection connection, UUID tenant) throws SQLException {
        beginReadCommitted(connection, tenant, Durability.FLUSHED);
    }

    public static void beginReadCommitted(Connection connection, UUID tenant, Durability durability)
            throws SQLException {
        begin(connection, READ_COMMITTED, tenant, durability);
    }

    /** The snapshot is taken here, not at the caller's first statement. */
    public static void beginRepeatableRead(Connection connection, UUID tenant) throws SQLException {
        beginRepeatableRead(connection, tenant, Durability.FLUSHED);
    }

    /** The snapshot is taken here, not at the caller's first statement. */
    public static void beginRepeatableRead(Connection connection, UUID tenant, Durability durability)
            throws SQLException {
        begin(connection, REPEATABLE_READ, tenant, durability);
    }

    /** @param snapshot as {@code pg_export_snapshot} returned it, in a transaction that is still open */
    public static void beginAtSnapshot(Connection connection, String snapshot, UUID tenant) throws SQLException {
        if (!SNAPSHOT.matcher(snapshot).matches()) {
            throw new IllegalArgumentException("'" + snapshot + "' is not a snapshot's name.");
        }
        begin(
                connection,
                REPEATABLE_READ + "set transaction snapshot '" + snapshot + "'; ",
                tenant,
                Durability.FLUSHED);
    }

    /** Binds the running transaction to another tenant. */
    public static void rebind(Connection connection, UUID tenant) throws SQLException {
        bind(connection, BIND, tenant);
    }

    private static void begin(Connection connection, String characteristics, UUID tenant, Durability durability)
            throws SQLException {
        connection.setAutoCommit(false);
        bind(connection, characteristics + (durability == Durability.FLUSHED ? BIND : BIND_UNFLUSHED), tenant);
    }

    private static void bind(Connection connection, String sql, UUID tenant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenant.toString());
            statement.execute();
        }
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
