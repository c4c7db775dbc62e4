package dev.rehome.verify;

import dev.rehome.placement.Home;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The verdict of a verification. Immutable.
 *
 * @param source the home that served
 * @param startedAt writes after this moment may not have been looked at
 * @param differences the first {@link #MAXIMUM_DIFFERENCES} that were found, without rows whose change was still recorded and
 *     not applied; how many there were of each kind is kept with the tables
 */
public record VerificationReport(
        Home source,
        Home target,
        Instant startedAt,
        Instant endedAt,
        List<VerifiedTable> tables,
        List<Difference> differences) {
    public static final int MAXIMUM_DIFFERENCES = 1_000;

    public VerificationReport {
        tables = List.copyOf(tables);
        differences = List.copyOf(differences);
        if (differences.size() > differences(tables)) {
            throw new IllegalArgumentException("More differences than were found.");
        }
    }

    /** Whether nothing was wrong at any time. */
    public boolean clean() {
        return differenceCount() == 0 && foreignRows() == 0;
    }

    /**
     * Whether nothing is wrong any more: the homes are equal, if perhaps only after repairs, and the tenant's own homes hold
     * nothing else.
     */
    public boolean equal() {
        return unrepairedCount() == 0 && foreignRows() == 0;
    }

    /** How many rows of the source were compared. */
    public long rows() {
        return tables.stream().mapToLong(VerifiedTable::rows).sum();
    }

    /** How many rows differed. */
    public long differenceCount() {
        return differences(tables);
    }

    /** How many of them are left. */
    public long unrepairedCount() {
        return differenceCount()
                - tables.stream().mapToLong(VerifiedTable::repaired).sum();
    }

    /** How many rows of other tenants are in the tenant's own homes. They are not repaired: who they belong to must say. */
    public long foreignRows() {
        return tables.stream().mapToLong(VerifiedTable::foreignRows).sum();
    }

    /** The verdict in a line. */
    public String summary() {
        return rows() + " rows compared, " + differenceCount() + " differences, " + unrepairedCount()
                + " of them left, " + foreignRows() + " rows of other tenants";
    }

    /**
     * Everything as maps, lists, texts, booleans and longs, to be written as JSON and read back with {@link #of}. Sums are
     * texts, since JSON's numbers are not exact; moments are ISO 8601 in UTC.
     */
    public Map<String, Object> toMap() {
        return ReportMap.of(this);
    }

    /**
     * The report that {@link #toMap} wrote.
     *
     * @throws IllegalArgumentException if it was not written by that
     */
    public static VerificationReport of(Map<String, ?> map) {
        return new ReportMap(map).report();
    }

    private static long differences(List<VerifiedTable> tables) {
        return tables.stream().mapToLong(VerifiedTable::differences).sum();
    }
}
