package dev.rehome.connection;

import dev.rehome.measure.Measures;
import dev.rehome.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/** Counts what one transaction does. Used by one thread. */
final class Tally {
    private final Measures measures;
    private final TenantId tenant;
    private boolean wrote;

    Tally(Measures measures, TenantId tenant) {
        this.measures = measures;
        this.tenant = tenant;
    }

    /** @param result of the method that ran a statement: it says how many rows have changed, if any could */
    void ran(long sinceNanos, @Nullable Object result) {
        ran(sinceNanos, rows(result));
    }

    void ran(long sinceNanos, long rows) {
        measures.of(tenant).queried(System.nanoTime() - sinceNanos);
        wrote(rows);
    }

    /** A statement that was run has changed rows. */
    void wrote(long rows) {
        if (rows > 0) {
            writes();
            measures.of(tenant).wrote(rows);
        }
    }

    /** The transaction is one that changes rows. */
    void writes() {
        wrote = true;
    }

    void ended() {
        measures.of(tenant).transacted(wrote);
    }

    private static long rows(@Nullable Object result) {
        if (result instanceof Number count) {
            return count.longValue();
        }
        long rows = 0;
        if (result instanceof int[] counts) {
            for (int count : counts) {
                rows += Math.max(0, count);
            }
        } else if (result instanceof long[] counts) {
            for (long count : counts) {
                rows += Math.max(0, count);
            }
        }
        return rows;
    }
}
