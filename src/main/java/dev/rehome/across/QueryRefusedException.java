package dev.rehome.across;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The query is one that no tenant is asked: whoever has asked one may stop there. */
public final class QueryRefusedException extends RehomeException {
    private static final long serialVersionUID = 1L;

    QueryRefusedException(String message, @Nullable Throwable cause) {
        super(ErrorKind.USER, message, cause);
    }

    /** Of the classes 42 (syntax error or access rule violation), 0A (not supported) and 25 (would write). */
    static boolean isWhatFailed(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("42") || state.startsWith("0A") || state.startsWith("25"));
    }

    static QueryRefusedException of(SQLException e) {
        return new QueryRefusedException(
                "The server refuses the query (SQLSTATE " + e.getSQLState() + "): " + e.getMessage(), e);
    }
}
