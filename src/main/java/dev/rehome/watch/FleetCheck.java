package dev.rehome.watch;

import java.time.Instant;
import java.util.List;

/**
 * What the latest look at the whole fleet has found. Immutable.
 *
 * @param checkedBy who looked, for people
 * @param lookedAt so many homes
 * @param problemCount how many were found
 * @param problems the first of them, each in a line
 */
public record FleetCheck(
        Kind kind, Instant checkedAt, String checkedBy, long lookedAt, long problemCount, List<String> problems) {

    /** What is looked for. */
    public enum Kind {
        /** Are tenants kept apart, and do directory and homes agree? */
        DOCTOR,
        /** Are the tables as the changelog makes them? */
        DRIFT
    }

    public FleetCheck {
        problems = List.copyOf(problems);
    }
}
