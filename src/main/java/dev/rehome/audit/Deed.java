package dev.rehome.audit;

import dev.rehome.error.RehomeException;

/**
 * Something that has no journal of its own, for {@link AuditTrail#write}. Texts that are too long for the directory are cut.
 *
 * @param by who
 * @param subject what it was done to
 * @param reason why
 * @param outcome what came of it
 */
public record Deed(String by, String area, String action, String subject, String reason, Outcome outcome) {
    private static final int LONGEST_WORD = 20;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_TEXT = 2000;

    /** What came of it. */
    public enum Outcome {
        COMPLETE,
        REFUSED,
        FAILED
    }

    public Deed {
        by = cut(by, LONGEST_NAME);
        area = cut(area, LONGEST_WORD);
        action = cut(action, LONGEST_WORD);
        subject = cut(subject, LONGEST_TEXT);
        reason = cut(reason, LONGEST_TEXT);
    }

    /** How a call ended that threw this. */
    public static Outcome outcomeOf(RehomeException failure) {
        return switch (failure.kind()) {
            case USER, CONFIGURATION, BUSY, STALE -> Outcome.REFUSED;
            case EXTERNAL, INVARIANT -> Outcome.FAILED;
        };
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }
}
