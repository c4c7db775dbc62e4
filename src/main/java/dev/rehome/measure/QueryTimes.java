package dev.rehome.measure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * How many statements took how long, in buckets that grow by a quarter of an octave, so that the answer is right to a fifth. Those of
 * several processes, or hours, add up to those of all. Immutable.
 */
public final class QueryTimes {
    /** From {@value #SHORTEST_MICROS} microseconds, to a minute and more. */
    static final int BUCKETS = 88;

    static final long SHORTEST_MICROS = 16;
    private static final int PARTS = 4;
    private static final int SHORTEST_BITS = 4;

    public static final QueryTimes NONE = new QueryTimes(0, new long[0]);

    private final int first;
    private final long[] counts;

    private QueryTimes(int first, long[] counts) {
        this.first = first;
        this.counts = counts;
    }

    /**
     * @param first the bucket of the first count
     * @throws IllegalArgumentException if the counts are not those of known buckets
     */
    public static QueryTimes of(int first, Long[] counts) {
        if (first < 0 || first + counts.length > BUCKETS) {
            throw new IllegalArgumentException(
                    "There are no buckets " + first + " to " + (first + counts.length - 1) + ".");
        }
        return new QueryTimes(
                first, Arrays.stream(counts).mapToLong(Objects::requireNonNull).toArray());
    }

    /** @param counts of all buckets */
    static QueryTimes of(long[] counts) {
        int first = 0;
        int end = counts.length;
        while (end > 0 && counts[end - 1] == 0) {
            end--;
        }
        while (first < end && counts[first] == 0) {
            first++;
        }
        return first == end ? NONE : new QueryTimes(first, Arrays.copyOfRange(counts, first, end));
    }

    /** The bucket of a time. */
    static int bucket(long micros) {
        if (micros < SHORTEST_MICROS) {
            return 0;
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        int part = (int) (micros >>> (octave - 2)) & (PARTS - 1);
        return Math.min(BUCKETS - 1, (octave - SHORTEST_BITS) * PARTS + part + 1);
    }

    /** Where a bucket ends, which is where the next begins. */
    static long endMicros(int bucket) {
        if (bucket == 0) {
            return SHORTEST_MICROS;
        }
        int octave = (bucket - 1) / PARTS + SHORTEST_BITS;
        int part = (bucket - 1) % PARTS;
        return (long) (PARTS + part + 1) << (octave - 2);
    }

    public int first() {
        return first;
    }

    public Long[] counts() {
        return Arrays.stream(counts).boxed().toArray(Long[]::new);
    }

    public QueryTimes plus(QueryTimes other) {
        return combined(other, 1);
    }

    /** @param earlier an earlier state of the same */
    QueryTimes minus(QueryTimes earlier) {
        return combined(earlier, -1);
    }

    private QueryTimes combined(QueryTimes other, int sign) {
        long[] all = new long[BUCKETS];
        System.arraycopy(counts, 0, all, first, counts.length);
        for (int i = 0; i < other.counts.length; i++) {
            all[other.first + i] += sign * other.counts[i];
        }
        return of(all);
    }

    public long total() {
        return Arrays.stream(counts).sum();
    }

    /**
     * The time that so many of the statements did not exceed, up to the width of a bucket; zero if there were none.
     *
     * @param part more than 0, at most 1
     */
    public Duration quantile(double part) {
        long wanted = (long) Math.ceil(total() * part);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && counts[i] > 0) {
                return Duration.ofNanos(endMicros(first + i) * 1000);
            }
        }
        return Duration.ZERO;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QueryTimes times && first == times.first && Arrays.equals(counts, times.counts);
    }

    @Override
    public int hashCode() {
        return 31 * first + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return total() + " statements, p50 " + quantile(0.5) + ", p99 " + quantile(0.99);
    }
}
