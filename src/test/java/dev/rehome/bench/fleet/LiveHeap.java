package dev.rehome.bench.fleet;

import dev.rehome.fleet.levels.HomeResult;
import dev.rehome.fleet.levels.RunListener;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a run keeps on the heap, in bytes, right after a full collection: when a tenth of its homes is done, and when nine tenths are.
 * What it would keep of each home shows as growth. Thread-safe.
 */
final class LiveHeap implements RunListener {
    private static final double PARTS = 10;

    private final AtomicLong ended = new AtomicLong();
    private volatile long homes;
    private volatile long early;
    private volatile long late;

    @Override
    public void begins(long count) {
        homes = count;
    }

    @Override
    public void ended(HomeResult result) {
        long count = ended.incrementAndGet();
        if (count == Math.round(homes / PARTS)) {
            early = live();
        } else if (count == Math.round(homes * (PARTS - 1) / PARTS)) {
            late = live();
        }
    }

    private static long live() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Bytes for each home between the two moments; negative if the heap has shrunk. */
    double growthPerHome() {
        return (late - early) / (homes * (PARTS - 2) / PARTS);
    }

    double megabytes() {
        return late / 1e6;
    }
}
