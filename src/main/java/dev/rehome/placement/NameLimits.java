package dev.rehome.placement;

import java.time.Duration;

/**
 * What names of tenants may take of memory and of the directory.
 *
 * @param known names that are remembered with their tenant, 200 bytes each
 * @param knownFor how long; a name that was given to another tenant is served as the old one's for so long
 * @param unknown names that are remembered as nobody's, 200 bytes each: a flood of them pushes out its own
 * @param unknownFor how long; a new tenant's name that was asked for too early is unknown for so long
 * @param lookups that may be at the directory at a time
 * @param patience how long a name waits for its turn there
 */
public record NameLimits(
        int known, Duration knownFor, int unknown, Duration unknownFor, int lookups, Duration patience) {
    /** 100,000 known for 10 minutes, 10,000 unknown for one, 4 look-ups at a time, a second for a turn. */
    public static final NameLimits DEFAULT =
            new NameLimits(100_000, Duration.ofMinutes(10), 10_000, Duration.ofMinutes(1), 4, Duration.ofSeconds(1));

    public NameLimits {
        if (known < 1 || unknown < 1 || lookups < 1) {
            throw new IllegalArgumentException("At least 1 of each: " + known + " known names, " + unknown
                    + " unknown ones, " + lookups + " look-ups.");
        }
        for (Duration time : new Duration[] {knownFor, unknownFor, patience}) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("Times are positive, not " + time + ".");
            }
        }
    }
}
