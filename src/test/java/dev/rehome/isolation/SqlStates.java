package dev.rehome.isolation;

import java.sql.SQLException;

/** Reads the SQLSTATE out of what Hibernate wraps around it. */
final class SqlStates {
    private SqlStates() {}

    /** That of the innermost database error; the failure itself, as text, if there is none. */
    static String of(Throwable failure) {
        String state = failure.toString();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
        }
        return state;
    }
}
