package dev.rehome.connection;

import dev.rehome.fence.Admission;
import dev.rehome.fence.Fence;
import dev.rehome.fence.Preamble;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.Forwarding;
import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Placement;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first statement of a transaction. It takes note of what it is bound to and is prepared only when it is run: behind the
 * preamble that enters the home, in one flush. A refused one is run again at the next home, with the same values; nothing of
 * it has been done. So is a batch of one. What cannot be run so, a larger batch for one, is prepared after entering by
 * itself. Used by one thread.
 */
final class FirstStatement implements InvocationHandler, Entrance {
    private static final Set<String> CARRIED = Set.of("select", "insert", "update", "delete", "with");
    private static final int LONGEST_WORD = 6;

    private final EnteringConnection connection;
    private final String sql;
    private final NotedCalls noted = new NotedCalls();
    private @Nullable PreparedStatement statement;
    /** Whether {@link #statement} stands behind the preamble, and has been run. */
    private boolean carried;
    /** A failure that may be the preamble's or the statement's: they are run one after the other, to see. */
    private boolean doubtful;
    /** Why the statement failed, behind a preamble that did not. */
    private @Nullable SQLException failure;
    /** Whether what is noted is the one row of a batch. */
    private boolean batched;

    private boolean closed;

    private FirstStatement(EnteringConnection connection, String sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /** @param arguments of a {@link #canBe suitable} call of {@code prepareStatement} */
    static PreparedStatement prepare(EnteringConnection connection, @Nullable Object[] arguments) {
        return Forwarding.to(
                new FirstStatement(connection, (String) Objects.requireNonNull(arguments[0])), PreparedStatement.class);
    }

    /** Not with generated keys, or with results that can be scrolled, written to or held: the driver rewrites those. */
    static boolean canBe(Method method, @Nullable Object[] arguments) {
        Class<?>[] types = method.getParameterTypes();
        boolean plain = types.length == 1
                || (types.length == 3
                        && Objects.equals(arguments[1], ResultSet.TYPE_FORWARD_ONLY)
                        && Objects.equals(arguments[2], ResultSet.CONCUR_READ_ONLY));
        return plain && arguments[0] instanceof String sql && CARRIED.contains(firstWord(sql));
    }

    private static String firstWord(String sql) {
        int end = 0;
        while (end < sql.length() && end <= LONGEST_WORD && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return sql.substring(0, end).toLowerCase(Locale.ROOT);
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return Forwarding.ofObject(self, name, arguments, "first statement: " + sql);
        }
        if (statement != null && !carried) {
            return Forwarding.call(statement, method, arguments);
        }
        switch (name) {
            case "close" -> {
                closed = true;
                closeStatement();
                return null;
            }
            case "isClosed" -> {
                return closed;
            }
            case "getConnection" -> {
                return connection.proxy();
            }
            default -> {
                requireOpen();
                return invokeOpen(method, arguments);
            }
        }
    }

    private @Nullable Object invokeOpen(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (batched && !isRunOfBatch(name)) {
            return Forwarding.call(prepareOn(connection.enter()), method, arguments);
        }
        if (isNotable(name, arguments)) {
            noted.add(method, arguments);
            return null;
        }
        if (name.equals("addBatch") && arguments == null && !connection.hasEntered()) {
            batched = true;
            return null;
        }
        if (carried && name.equals("getResultSet")) {
            return counted(Objects.requireNonNull(statement).getResultSet());
        }
        if (carried && !name.startsWith("execute") && !name.endsWith("Batch")) {
            return Forwarding.call(Objects.requireNonNull(statement), method, arguments);
        }
        if (!carried && !connection.hasEntered() && (batched ? isRunOfBatch(name) : isRun(name, arguments))) {
            Connection entered = connection.enter(this);
            if (failure != null) {
                throw batched ? asOfBatch(failure) : failure;
            }
            if (carried) {
                batched = false;
                return result(Objects.requireNonNull(statement), name);
            }
            return Forwarding.call(prepareOn(entered), method, arguments);
        }
        closeStatement();
        return Forwarding.call(prepareOn(connection.enter()), method, arguments);
    }

    private void requireOpen() throws SQLException {
        if (closed) {
            throw new SQLException("This statement has been closed.", "55000");
        }
    }

    /** What can be done once more, somewhere else: a stream can be read only once. */
    private static boolean isNotable(String name, @Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            return name.equals("clearParameters");
        }
        for (Object argument : arguments) {
            if (argument instanceof InputStream || argument instanceof Reader) {
                return false;
            }
        }
        return name.startsWith("set");
    }

    private static boolean isRun(String name, @Nullable Object @Nullable [] arguments) {
        return arguments == null
                && switch (name) {
                    case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> true;
                    default -> false;
                };
    }

    private static boolean isRunOfBatch(String name) {
        return name.equals("executeBatch") || name.equals("executeLargeBatch");
    }

    private static BatchUpdateException asOfBatch(SQLException failure) {
        return new BatchUpdateException(
                failure.getMessage(),
                failure.getSQLState(),
                failure.getErrorCode(),
                new int[] {Statement.EXECUTE_FAILED},
                failure);
    }

    @Override
    public Admission enter(Fence fence, Connection to, Placement placement, TransactionMode mode) throws SQLException {
        Optional<Preamble> preamble = doubtful ? Optional.empty() : fence.preamble(placement, mode);
        return preamble.isEmpty()
                ? fence.enter(to, placement, mode)
                : enter(preamble.get(), fence, to, placement, mode);
    }

    private Admission enter(Preamble preamble, Fence fence, Connection to, Placement placement, TransactionMode mode)
            throws SQLException {
        PreparedStatement together = to.prepareStatement(preamble.sql() + sql);
        boolean kept = false;
        Tally tally = connection.tally();
        long begun = System.nanoTime();
        try {
            preamble.bind(together);
            noted.on(together, preamble.parameters());
            together.execute();
            for (int i = 0; i < preamble.results(); i++) {
                together.getMoreResults();
            }
            if (tally != null) {
                tally.ran(begun, together.getLargeUpdateCount());
            }
            statement = together;
            carried = true;
            kept = true;
            return Admission.Admitted.UNTIL_COMMIT;
        } catch (SQLException e) {
            Optional<Admission> refusal = preamble.refusal(e);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            if (SqlState.isConnectionLost(e)) {
                throw e;
            }
            if (SqlState.isCanceled(e)) {
                failure = e;
                if (tally != null) {
                    tally.ran(begun, 0);
                }
                return Admission.Admitted.UNTIL_COMMIT;
            }
            doubtful = true;
        } finally {
            if (!kept) {
                together.close();
            }
        }
        to.rollback();
        return fence.enter(to, placement, mode);
    }

    /** As the driver answers; behind the preamble its answer would be about the preamble. */
    private Object result(PreparedStatement statement, String method) throws SQLException {
        ResultSet rows = counted(statement.getResultSet());
        return switch (method) {
            case "execute" -> rows != null;
            case "executeQuery" -> {
                if (rows == null) {
                    throw new SQLException("No results were returned by the query.", "02000");
                }
                yield rows;
            }
            default -> {
                if (rows != null) {
                    throw new SQLException("A result was returned when none was expected.", "0100E");
                }
                yield switch (method) {
                    case "executeUpdate" -> (Object) statement.getUpdateCount();
                    case "executeBatch" -> new int[] {statement.getUpdateCount()};
                    case "executeLargeBatch" -> new long[] {statement.getLargeUpdateCount()};
                    default -> statement.getLargeUpdateCount();
                };
            }
        };
    }

    private @Nullable ResultSet counted(@Nullable ResultSet rows) throws SQLException {
        Tally tally = connection.tally();
        return rows == null || tally == null ? rows : ReturnedRows.counted(rows, sql, tally);
    }

    private PreparedStatement prepareOn(Connection entered) throws SQLException {
        PreparedStatement prepared = connection.metered(entered.prepareStatement(sql), sql);
        statement = prepared;
        noted.on(prepared, 0);
        if (batched) {
            prepared.addBatch();
            batched = false;
        }
        return prepared;
    }

    private void closeStatement() throws SQLException {
        PreparedStatement used = statement;
        statement = null;
        carried = false;
        if (used != null) {
            used.close();
        }
    }
}
