package dev.rehome.across;

import java.sql.SQLException;
import java.util.List;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/**
 * The text of one statement. PostgreSQL's extended protocol takes one statement a message, but its driver cuts a text at
 * semicolons before: so it is cut here by the same code, and a text of several is refused before any is sent. What kind of
 * statement it is, the server decides ({@link QueryCheck}). Immutable.
 */
public final class ReadOnlyQuery {
    private final String sql;

    private ReadOnlyQuery(String sql) {
        this.sql = sql;
    }

    /** @throws QueryRefusedException if the text is not exactly one statement */
    public static ReadOnlyQuery of(String text) {
        try {
            List<NativeQuery> statements = Parser.parseJdbcSql(text, true, false, true, false, false);
            if (statements.size() == 1 && !statements.get(0).nativeSql.isBlank()) {
                return new ReadOnlyQuery(statements.get(0).nativeSql);
            }
        } catch (SQLException e) {
            throw new QueryRefusedException("The query cannot be read: " + e.getMessage(), e);
        }
        throw new QueryRefusedException("A query is one statement: select, with, values or table. Give one.", null);
    }

    String sql() {
        return sql;
    }
}
