package dev.rehome.life;

import java.time.Instant;

/** A line of a tenant's journal. */
public record LifeEntry(Instant writtenAt, String by, LifeOperation operation, String note) {}
