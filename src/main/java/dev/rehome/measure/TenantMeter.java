package dev.rehome.measure;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one tenant does in this process. The sums only grow. About 1 KB. Thread-safe, and made for many threads at a time. */
public final class TenantMeter {
    private final LongAdder transactions = new LongAdder();
    private final LongAdder writingTransactions = new LongAdder();
    private final LongAdder writtenRows = new LongAdder();
    private final LongAdder queryNanos = new LongAdder();
    private final AtomicLongArray buckets = new AtomicLongArray(QueryTimes.BUCKETS);

    TenantMeter() {}

    /** A statement was run. */
    public void queried(long nanos) {
        queryNanos.add(nanos);
        buckets.incrementAndGet(QueryTimes.bucket(nanos / 1000));
    }

    /** A statement changed rows. */
    public void wrote(long rows) {
        writtenRows.add(rows);
    }

    /** A transaction has ended. */
    public void transacted(boolean wrote) {
        transactions.increment();
        if (wrote) {
            writingTransactions.increment();
        }
    }

    /** What was counted until now; what is being counted at this moment may be in it in part. */
    Load read() {
        long[] counts = new long[QueryTimes.BUCKETS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.get(i);
        }
        QueryTimes times = QueryTimes.of(counts);
        return new Load(
                transactions.sum(),
                writingTransactions.sum(),
                writtenRows.sum(),
                times.total(),
                queryNanos.sum() / 1000,
                times);
    }
}
