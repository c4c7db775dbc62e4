package dev.rehome.metrics;

import dev.rehome.alert.Alert;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The alerts that this process has raised. Thread-safe; bound to one registry. */
public final class AlertMetrics implements MeterSource {
    private final Supplier<List<Alert>> firing;
    private final Rows rows = new Rows();

    private record Labels(String alert, String severity) {
        static Labels of(Alert alert) {
            return new Labels(alert.name(), alert.severity().name().toLowerCase(Locale.ROOT));
        }
    }

    /** @param firing those that are, such as {@code alerts::firing} */
    public AlertMetrics(Supplier<List<Alert>> firing) {
        this.firing = firing;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        rows.bind(registry, Metric.ALERTS_FIRING);
        refresh();
    }

    @Override
    public synchronized void refresh() {
        Map<Labels, Long> counts =
                firing.get().stream().collect(Collectors.groupingBy(Labels::of, Collectors.counting()));
        rows.set(
                Metric.ALERTS_FIRING,
                counts.entrySet().stream()
                        .map(entry -> Metric.ALERTS_FIRING.row(
                                entry.getValue().doubleValue(), entry.getKey().alert, entry.getKey().severity))
                        .collect(Collectors.toList()));
    }
}
