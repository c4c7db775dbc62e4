package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.alert.Alert;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** What somebody should look at. Thread-safe. */
final class AlertsApi {
    private final Supplier<List<Alert>> alerts;

    AlertsApi(Supplier<List<Alert>> alerts) {
        this.alerts = alerts;
    }

    List<Route> routes() {
        return List.of(get("/alerts", call -> firing()));
    }

    /** @param runbook where the operators' page says what to do */
    record AlertView(String name, String severity, String subject, Instant since, String text, String runbook) {
        static AlertView of(Alert alert) {
            return new AlertView(
                    alert.name(),
                    alert.severity().name(),
                    alert.subject(),
                    alert.since(),
                    alert.text(),
                    alert.runbook());
        }
    }

    record Firing(List<AlertView> alerts) {}

    Firing firing() {
        return new Firing(alerts.get().stream().map(AlertView::of).toList());
    }
}
