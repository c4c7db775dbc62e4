package dev.rehome.jdbc;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The SQLSTATEs that Rehome acts on, each classified once. Those that begin with RH are raised by the functions in
 * schema {@code rehome}; the others are PostgreSQL's (manual, appendix A). Nobody looks at message texts.
 */
public final class SqlState {
    /** The tenant lives elsewhere; the detail says where. */
    public static final String MOVED = "RH001";
    /** The tenant is suspended. */
    public static final String SUSPENDED = "RH002";
    /** This database does not know the tenant. */
    public static final String UNKNOWN_TENANT = "RH003";
    /** Another mover has taken the move over. */
    public static final String LEASE_LOST = "RH004";
    /** A table or statement that Rehome cannot protect. */
    public static final String NOT_PROTECTABLE = "RH005";

    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String QUERY_CANCELED = "57014";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String INVALID_SCHEMA_NAME = "3F000";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String UNDEFINED_FUNCTION = "42883";
    private static final Set<String> NO_SUCH_HOME = Set.of(
            "3D000", // invalid_catalog_name: the database was dropped
            "55000", // object_not_in_prerequisite_state: it is being dropped and accepts no connections
            "3F000", // invalid_schema_name
            "22023", // invalid_parameter_value: the tenant's role was dropped
            UNDEFINED_FUNCTION // the database has no schema rehome
            );
    private static final Set<String> PASSING = Set.of(
            "55006", // object_in_use: somebody is still connected to a database that is to be dropped or copied
            "58030", // io_error
            "58P01" // undefined_file: the server's disk is in trouble
            );
    private static final Set<String> COMMIT_BETWEEN = Set.of(
            "55P04", // unsafe_new_enum_value_usage
            "55006" // object_in_use: pending trigger events
            );
    private static final Set<String> CONNECTION_LOST = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");

    private SqlState() {}

    public static boolean isLockTimeout(SQLException e) {
        return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
    }

    /** The snapshot or the lock order was unlucky; the same transaction can be run again. */
    public static boolean isSerializationFailure(SQLException e) {
        return SERIALIZATION_FAILURE.equals(e.getSQLState()) || DEADLOCK.equals(e.getSQLState());
    }

    /** The user or the password is wrong, or the server does not let the user in (class 28). */
    public static boolean isLoginRefused(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("28");
    }

    public static boolean isNoSuchHome(SQLException e) {
        return in(NO_SUCH_HOME, e.getSQLState());
    }

    /** The connection is gone: broken, killed by an administrator, or the server is starting or stopping. */
    public static boolean isConnectionLost(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || CONNECTION_LOST.contains(state));
    }

    /** Another mover has taken the move over: whatever this one was about to write, it must not. */
    public static boolean isLeaseLost(SQLException e) {
        return LEASE_LOST.equals(e.getSQLState());
    }

    /**
     * Whether the same work may well succeed a little later: the connection was lost, the order of transactions was unlucky,
     * the server is starting, stopping or out of something, or an administrator ended the statement.
     */
    public static boolean isPassing(SQLException e) {
        String state = e.getSQLState();
        return isConnectionLost(e)
                || isSerializationFailure(e)
                || isLockTimeout(e)
                || isOutOfResources(e)
                || isCanceled(e)
                || in(PASSING, state);
    }

    /** The server has no connection, memory or disk left (class 53); it may have again. */
    public static boolean isOutOfResources(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.startsWith("53");
    }

    /** The statement took longer than its timeout, or somebody cancelled it. */
    public static boolean isCanceled(SQLException e) {
        return QUERY_CANCELED.equals(e.getSQLState());
    }

    /**
     * What the statement needs was made earlier in the same transaction and can be used only after its commit: a new value of an
     * enum, or a table with deferred checks pending.
     */
    public static boolean needsCommitBetween(SQLException e) {
        return in(COMMIT_BETWEEN, e.getSQLState());
    }

    /** There is no table of that name. */
    public static boolean isUndefinedTable(SQLException e) {
        return UNDEFINED_TABLE.equals(e.getSQLState());
    }

    /** There is no function of that name and arguments. */
    public static boolean isUndefinedFunction(SQLException e) {
        return UNDEFINED_FUNCTION.equals(e.getSQLState());
    }

    /** The values themselves are at fault: they are none of their types (class 22), or break a constraint (class 23). */
    public static boolean isBadData(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    public static boolean isForeignKeyViolation(SQLException e) {
        return FOREIGN_KEY_VIOLATION.equals(e.getSQLState());
    }

    public static boolean isUniqueViolation(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    /** A table or schema that the statement names does not exist. */
    public static boolean isUndefined(SQLException e) {
        return UNDEFINED_TABLE.equals(e.getSQLState()) || INVALID_SCHEMA_NAME.equals(e.getSQLState());
    }

    /** The role has not been given the right, or not yet. */
    public static boolean isPrivilegeMissing(SQLException e) {
        return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
    }

    private static boolean in(Set<String> states, @Nullable String state) {
        return state != null && states.contains(state);
    }
}
