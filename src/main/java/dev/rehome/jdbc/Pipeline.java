package dev.rehome.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements that are sent together and answered together: one round trip, where each by itself would take one. The server
 * runs them in their order, up to the first that fails. Run once; not thread-safe.
 */
public final class Pipeline {
    private final Connection connection;
    private final StringBuilder sql = new StringBuilder();
    private final List<@Nullable Object> parameters = new ArrayList<>();

    /** Of no statements yet, in the connection's transaction. */
    public Pipeline(Connection connection) {
        this.connection = connection;
    }

    /** What reads the rows of a statement. */
    @FunctionalInterface
    public interface Answer<T> {
        T read(ResultSet rows) throws SQLException;
    }

    /** As {@link #then(String, Collection)}. */
    public Pipeline then(String statement, @Nullable Object... bound) {
        return then(statement, Arrays.asList(bound));
    }

    /**
     * Puts a statement behind the others.
     *
     * @param bound what is bound to its parameters; an array of strings as an array of texts
     */
    public Pipeline then(String statement, Collection<? extends @Nullable Object> bound) {
        sql.append(sql.isEmpty() ? "" : "; ").append(statement);
        parameters.addAll(bound);
        return this;
    }

    /** Runs them. Returns how many rows each has written, of those that return none. */
    public List<Long> execute() throws SQLException {
        try (PreparedStatement statement = prepare()) {
            List<Long> written = new ArrayList<>();
            boolean isRows = statement.execute();
            long count = isRows ? 0 : statement.getLargeUpdateCount();
            while (isRows || count >= 0) {
                if (!isRows) {
                    written.add(count);
                }
                isRows = statement.getMoreResults();
                count = isRows ? 0 : statement.getLargeUpdateCount();
            }
            return written;
        }
    }

    /** Runs them. Returns what the rows of the last one say. */
    public <T> T query(Answer<T> answer) throws SQLException {
        try (PreparedStatement statement = prepare()) {
            statement.execute();
            ResultSet last = statement.getResultSet();
            while (statement.getMoreResults(Statement.KEEP_CURRENT_RESULT) || statement.getUpdateCount() >= 0) {
                last = statement.getResultSet();
            }
            if (last == null) {
                throw new IllegalStateException("The last statement returns no rows: " + sql);
            }
            return answer.read(last);
        }
    }

    private PreparedStatement prepare() throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.toString());
        try {
            for (int i = 0; i < parameters.size(); i++) {
                @Nullable Object parameter = parameters.get(i);
                statement.setObject(
                        i + 1,
                        parameter instanceof String[] texts ? connection.createArrayOf("text", texts) : parameter);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }
}
