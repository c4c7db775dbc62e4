package dev.rehome.alert;

import java.time.Instant;

/**
 * Something that somebody should look at. Immutable.
 *
 * @param name as in {@code config/alerts.yaml}
 * @param subject a move, a tenant, a check, or {@code fleet}
 * @param since when it was first seen
 * @param text what is wrong and what to do, without rows and bound values
 */
public record Alert(String name, Severity severity, String subject, Instant since, String text) {
    /** Where the operators' page says what to do. */
    public String runbook() {
        return Condition.runbook(name);
    }
}
