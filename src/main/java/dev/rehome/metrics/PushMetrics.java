package dev.rehome.metrics;

import dev.rehome.measure.PushFigures;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** How the statistics of this process get to the directory. Thread-safe. */
public final class PushMetrics implements MeterSource {
    private final Supplier<PushFigures> figures;

    public PushMetrics(Supplier<PushFigures> figures) {
        this.figures = figures;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Metric.PUSHES.counter(registry, figures, each -> each.get().pushes(), "success");
        Metric.PUSHES.counter(registry, figures, each -> each.get().failures(), "failure");
        Metric.PUSH_AGE.gauge(registry, () -> figures.get().sinceLast().toMillis() / 1e3);
        Metric.PUSH_TENANTS.gauge(registry, () -> figures.get().tenants());
        Metric.PUSH_UNMEASURED_TRANSACTIONS.counter(
                registry, figures, each -> each.get().unmeasuredTransactions());
    }

    @Override
    public void refresh() {
        // All are asked for when they are read.
    }
}
