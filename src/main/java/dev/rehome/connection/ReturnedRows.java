package dev.rehome.connection;

import dev.rehome.jdbc.Forwarding;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a statement has written and returns, as {@code INSERT … RETURNING} does: the driver answers them as those of a query and
 * says no more how many there were, so they are counted while they are read. Of a {@code WITH} whose parts write they are those that it
 * answers. Used by one thread.
 */
final class ReturnedRows implements InvocationHandler {
    private static final String READING = "select";
    private static final Pattern NO_CODE =
            Pattern.compile("'[^']*+'|\"[^\"]*+\"|--[^\n]*+|/\\*.*?\\*/", Pattern.DOTALL);
    /** At the beginning, or as a part of a WITH or what stands behind its parts: {@code for update} is no writing. */
    private static final Pattern WRITING = Pattern.compile(
            "^\\W*(?:insert|update|delete|merge)\\b|^\\W*with\\b.*[()]\\s*(?:insert|update|delete|merge)\\b",
            Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private final ResultSet rows;
    private final Tally tally;

    private ReturnedRows(ResultSet rows, Tally tally) {
        this.rows = rows;
        this.tally = tally;
    }

    /** Stands in for what a statement has answered, if that are rows that it has written. */
    static ResultSet counted(ResultSet rows, String sql, Tally tally) throws SQLException {
        if (!writes(sql)) {
            return rows;
        }
        if (rows.isBeforeFirst()) {
            tally.writes();
        }
        return Forwarding.to(new ReturnedRows(rows, tally), ResultSet.class);
    }

    private static boolean writes(String sql) {
        return !sql.regionMatches(true, 0, READING, 0, READING.length())
                && WRITING.matcher(NO_CODE.matcher(sql).replaceAll(" ")).find();
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return Forwarding.ofObject(self, name, arguments, rows.toString());
        }
        Object result = Forwarding.call(rows, method, arguments);
        if (name.equals("next") && Boolean.TRUE.equals(result)) {
            tally.wrote(1);
        }
        return result;
    }
}
