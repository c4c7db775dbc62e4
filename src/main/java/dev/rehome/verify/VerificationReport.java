package dev.rehome.verify;

import java.time.Instant;
import java.util.List;

/**
 * The verdict of a verification. Immutable.
 *
 * @param startedAt writes after this moment may not have been looked at
 * @param differences the first {@link #MAXIMUM_DIFFERENCES} that were found, without rows whose change was still recorded and
 *     not applied
 * @param differenceCount how many were found
 * @param unrepairedCount how many of them are left
 */
public record VerificationReport(
        Instant startedAt,
        Instant endedAt,
        List<VerifiedTable> tables,
        List<Difference> differences,
        long differenceCount,
        long unrepairedCount) {
    public static final int MAXIMUM_DIFFERENCES = 1_000;

    public VerificationReport {
        tables = List.copyOf(tables);
        differences = List.copyOf(differences);
        if (unrepairedCount > differenceCount || differences.size() > differenceCount) {
            throw new IllegalArgumentException("More differences than were found.");
        }
    }

    /** Whether nothing was wrong at any time. */
    public boolean clean() {
        return differenceCount == 0;
    }

    /** Whether nothing is wrong any more: the homes are equal, if perhaps only after repairs. */
    public boolean equal() {
        return unrepairedCount == 0;
    }

    /** How many rows of the source were compared. */
    public long rows() {
        return tables.stream().mapToLong(VerifiedTable::rows).sum();
    }
}
