package dev.rehome.apps;

import dev.rehome.tenant.TenantId;
import java.io.PrintStream;
import java.sql.SQLException;

/**
 * What a node tells the process that drives it, one line each: {@code ack} for every transaction the database has
 * acknowledged, {@code fault} for every one that failed in the background, and exactly one answer to every command, which
 * begins with {@code ok} or {@code failed}. Thread-safe.
 */
final class Events {
    static final String ACKNOWLEDGED = "ack";
    static final String FAULT = "fault";
    static final String OK = "ok";
    static final String FAILED = "failed";

    private final PrintStream out;

    Events(PrintStream out) {
        this.out = out;
    }

    void acknowledge(TenantId tenant, String lane, int number, String home) {
        say(ACKNOWLEDGED, tenant + " " + lane + " " + number + " " + home);
    }

    void fault(TenantId tenant, String lane, Throwable failure) {
        say(FAULT, tenant + " " + lane + " " + describe(failure));
    }

    void answer(String text) {
        say(OK, text);
    }

    void refuse(Throwable failure) {
        say(FAILED, describe(failure));
    }

    /** The SQLSTATE of the innermost database error, or the class of the failure; then all of it on one line. */
    private static String describe(Throwable failure) {
        String state = sqlState(failure);
        StringBuilder text =
                new StringBuilder(state.isEmpty() ? failure.getClass().getSimpleName() : state);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(" | ").append(cause);
        }
        return text.toString().replaceAll("\\s+", " ");
    }

    /** Empty if no database error is among the causes. */
    static String sqlState(Throwable failure) {
        String state = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
        }
        return state;
    }

    private synchronized void say(String word, String text) {
        out.println((word + " " + text).strip());
        out.flush();
    }
}
