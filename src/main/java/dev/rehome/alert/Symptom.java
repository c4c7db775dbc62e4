package dev.rehome.alert;

/** That a condition holds of a subject. Immutable. */
public record Symptom(Condition condition, String subject, String text) {}
