package dev.rehome.measure;

import java.time.Duration;

/**
 * What a tenant did in some time. Those of several processes, or hours, add up. Immutable.
 *
 * @param transactions that entered its home
 * @param writingTransactions of these, those that changed rows
 * @param writtenRows inserted, updated and deleted, as the server has counted them
 * @param queries statements run; a batch is one
 * @param queryMicros how long they took in all, as their callers waited, in microseconds
 */
public record Load(
        long transactions,
        long writingTransactions,
        long writtenRows,
        long queries,
        long queryMicros,
        QueryTimes queryTimes) {
    public static final Load NONE = new Load(0, 0, 0, 0, 0, QueryTimes.NONE);

    public Load plus(Load other) {
        return new Load(
                transactions + other.transactions,
                writingTransactions + other.writingTransactions,
                writtenRows + other.writtenRows,
                queries + other.queries,
                queryMicros + other.queryMicros,
                queryTimes.plus(other.queryTimes));
    }

    /** @param earlier an earlier state of the same sums */
    Load minus(Load earlier) {
        return new Load(
                transactions - earlier.transactions,
                writingTransactions - earlier.writingTransactions,
                writtenRows - earlier.writtenRows,
                queries - earlier.queries,
                queryMicros - earlier.queryMicros,
                queryTimes.minus(earlier.queryTimes));
    }

    /** Zero if there were no statements. */
    public Duration averageQueryTime() {
        return queries == 0 ? Duration.ZERO : Duration.ofNanos(queryMicros * 1000 / queries);
    }
}
