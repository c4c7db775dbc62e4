package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** When clients' transactions began and ended, and how many failed. Thread-safe. */
final class Latencies {
    private static final int REPORTED_FAILURES = 5;

    private long[] begins = new long[1 << 16];
    private long[] ends = new long[1 << 16];
    private int count;
    private final AtomicLong failed = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    synchronized void add(long beginNanos, long endNanos) {
        if (count == begins.length) {
            begins = Arrays.copyOf(begins, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        begins[count] = beginNanos;
        ends[count++] = endNanos;
    }

    void failed(Exception failure) {
        failed.incrementAndGet();
        if (failures.size() < REPORTED_FAILURES) {
            failures.add(failure.toString());
        }
    }

    long failed() {
        return failed.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized int count() {
        return count;
    }

    /** Of the transactions that were under way at some time of the stretches. */
    synchronized Histogram overlapping(Collection<Span> stretches) {
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < count; i++) {
            for (Span stretch : stretches) {
                if (stretch.overlaps(begins[i], ends[i])) {
                    nanos.recordValue(ends[i] - begins[i]);
                    break;
                }
            }
        }
        return nanos;
    }

    /** The figures that are wanted of a histogram of nanoseconds. */
    static Map<String, Object> millis(Histogram nanos) {
        Map<String, Object> millis = new LinkedHashMap<>();
        millis.put("p50", Spread.rounded(nanos.getValueAtPercentile(50) / 1e6));
        millis.put("p99", Spread.rounded(nanos.getValueAtPercentile(99) / 1e6));
        millis.put("max", Spread.rounded(nanos.getMaxValue() / 1e6));
        return millis;
    }
}
