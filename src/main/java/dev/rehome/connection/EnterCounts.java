package dev.rehome.connection;

import dev.rehome.fence.Admission;
import java.util.concurrent.atomic.LongAdder;

/** Counts how requests get into their homes. Thread-safe. */
final class EnterCounts {
    private final LongAdder admitted = new LongAdder();
    private final LongAdder enterNanos = new LongAdder();
    private final LongAdder elsewhere = new LongAdder();
    private final LongAdder fenced = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder suspended = new LongAdder();
    private final LongAdder tooOld = new LongAdder();
    private final LongAdder unreachable = new LongAdder();
    private final LongAdder unavailable = new LongAdder();

    void admitted(long sinceNanos) {
        admitted.increment();
        enterNanos.add(System.nanoTime() - sinceNanos);
    }

    void answered(Admission answer) {
        if (answer instanceof Admission.Elsewhere) {
            elsewhere.increment();
        } else if (answer instanceof Admission.TryAgain) {
            fenced.increment();
        } else if (answer instanceof Admission.Unknown) {
            unknown.increment();
        } else if (answer instanceof Admission.Suspended) {
            suspended.increment();
        }
    }

    void tooOld() {
        tooOld.increment();
    }

    void unreachable() {
        unreachable.increment();
    }

    void unavailable() {
        unavailable.increment();
    }

    EnterFigures figures() {
        return new EnterFigures(
                admitted.sum(),
                enterNanos.sum(),
                elsewhere.sum(),
                fenced.sum(),
                unknown.sum(),
                suspended.sum(),
                tooOld.sum(),
                unreachable.sum(),
                unavailable.sum());
    }
}
