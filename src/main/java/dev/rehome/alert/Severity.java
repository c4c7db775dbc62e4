package dev.rehome.alert;

/** How soon somebody has to look. */
public enum Severity {
    /** In working hours. */
    WARNING,
    /** Now. */
    CRITICAL
}
