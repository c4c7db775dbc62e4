package dev.rehome.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** What clients saw of their transactions since the latest {@link #restart}. Thread-safe. */
final class TransactionLog {
    private static final int MAXIMUM_REPORTED_FAILURES = 5;

    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private Queue<Span> spans = new ConcurrentLinkedQueue<>();

    /** A stretch of time, by {@link System#nanoTime}. */
    record Span(long begin, long end) {
        boolean overlaps(Span other) {
            return begin - other.end < 0 && other.begin - end < 0;
        }
    }

    /**
     * How long transactions took that were under way while a fence was asked for or up, that of a postponed cutover
     * included: an upper bound of what it cost them.
     *
     * @param transactions how many there were
     */
    record Pause(int transactions, double p50Millis, double maxMillis) {}

    synchronized void restart() {
        transactions.set(0);
        failed.set(0);
        failures.clear();
        spans = new ConcurrentLinkedQueue<>();
    }

    synchronized void succeeded(long beginNanos, long endNanos) {
        transactions.incrementAndGet();
        spans.add(new Span(beginNanos, endNanos));
    }

    void failed(Exception failure) {
        transactions.incrementAndGet();
        failed.incrementAndGet();
        if (failures.size() < MAXIMUM_REPORTED_FAILURES) {
            failures.add(failure.toString());
        }
    }

    long transactions() {
        return transactions.get();
    }

    long failed() {
        return failed.get();
    }

    List<String> failures() {
        return new ArrayList<>(failures);
    }

    /** What the clients felt of these fences. */
    synchronized Pause pause(List<Span> fences) {
        Histogram micros = new Histogram(3);
        for (Span span : spans) {
            if (fences.stream().anyMatch(span::overlaps)) {
                micros.recordValue((span.end - span.begin) / 1000);
            }
        }
        return new Pause(
                (int) micros.getTotalCount(), micros.getValueAtPercentile(50) / 1000.0, micros.getMaxValue() / 1000.0);
    }
}
