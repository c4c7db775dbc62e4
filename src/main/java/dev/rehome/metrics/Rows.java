package dev.rehome.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gauges whose labels come and go. Bound to one registry. Not thread-safe. */
final class Rows {
    private final Map<Metric, MultiGauge> gauges = new EnumMap<>(Metric.class);

    void bind(MeterRegistry registry, Metric... metrics) {
        Stream.of(metrics).forEach(metric -> gauges.put(metric, metric.rows(registry)));
    }

    /** Replaces all of the metric's rows. */
    void set(Metric metric, List<MultiGauge.Row<Number>> rows) {
        Objects.requireNonNull(gauges.get(metric)).register(List.copyOf(rows), true);
    }

    /** As {@link #set}, of a metric with one label. */
    void set(Metric metric, Map<String, ? extends Number> byLabel) {
        set(
                metric,
                byLabel.entrySet().stream()
                        .map(entry -> metric.row(entry.getValue().doubleValue(), entry.getKey()))
                        .collect(Collectors.toList()));
    }
}
