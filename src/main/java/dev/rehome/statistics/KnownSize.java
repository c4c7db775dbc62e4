package dev.rehome.statistics;

import java.time.Duration;
import java.util.Map;

/**
 * What the directory has of a tenant's size. Immutable.
 *
 * @param exact whether the rows were counted, and not estimated
 * @param countedAgo how long ago
 * @param writtenRows since then, as the applications have counted them
 */
record KnownSize(Map<String, Long> rows, boolean exact, Duration countedAgo, long writtenRows) {
    private static final int ALL_PERCENT = 100;

    /** Whether the rows can be so many more or fewer by now that they should be counted again. */
    boolean isStale(int percent, Duration recountAfter) {
        long total = rows.values().stream().mapToLong(Long::longValue).sum();
        return !exact
                || countedAgo.compareTo(recountAfter) > 0
                || (writtenRows > 0 && writtenRows * ALL_PERCENT >= total * percent);
    }
}
