package dev.rehome.schema;

import java.time.Duration;

/**
 * How long a schema change may hold others up.
 *
 * @param lockTimeout how long it waits for a table's lock, with whoever wants the table after it waiting behind it; zero: for ever.
 *     Below PostgreSQL's {@code deadlock_timeout} of a second it also gives way before a deadlock is found
 * @param statementTimeout how long one statement may take; zero: for ever
 */
public record Pace(Duration lockTimeout, Duration statementTimeout) {
    /** Waits as long as it takes: for homes that nobody uses yet. */
    public static final Pace UNHURRIED = new Pace(Duration.ZERO, Duration.ZERO);

    /** @param scope {@code local } or nothing */
    String sql(String scope) {
        return "set " + scope + "lock_timeout = " + lockTimeout.toMillis() + "; set " + scope + "statement_timeout = "
                + statementTimeout.toMillis();
    }
}
