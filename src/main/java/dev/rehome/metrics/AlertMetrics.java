package dev.rehome.metrics;

import dev.rehome.alert.Alert;
import dev.rehome.alert.Alerts;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The alerts that this process has raised. Thread-safe; bound to one registry. */
public final class AlertMetrics implements MeterSource {
    private final Alerts alerts;
    private final Rows rows = new Rows();

    private record Labels(String alert, String severity) {
        static Labels of(Alert alert) {
            return new Labels(alert.name(), alert.severity().name().toLowerCase(Locale.ROOT));
        }
    }

    public AlertMetrics(Alerts alerts) {
        this.alerts = alerts;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        rows.bind(registry, Metric.ALERTS_FIRING);
        refresh();
    }

    @Override
    public synchronized void refresh() {
        List<Alert> firing = alerts.firing();
        Map<Labels, Long> counts = firing.stream().collect(Collectors.groupingBy(Labels::of, Collectors.counting()));
        rows.set(Metric.ALERTS_FIRING, counts.entrySet().stream()
                .map(entry -> Metric.ALERTS_FIRING.row(
                        entry.getValue(), entry.getKey().alert, entry.getKey().severity))
                .collect(Collectors.toList()));
    }
}
