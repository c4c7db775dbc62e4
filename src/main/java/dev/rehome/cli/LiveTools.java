package dev.rehome.cli;

import dev.rehome.alert.AlertWatch;
import dev.rehome.config.StrategyConfig;
import dev.rehome.dashboard.DashboardSources;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.metrics.AlertMetrics;
import dev.rehome.metrics.FleetMetrics;
import dev.rehome.metrics.RehomeMetrics;
import dev.rehome.metrics.TenantMetrics;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.watch.FleetWatch;
import dev.rehome.watch.MoveConcerns;
import java.util.function.Supplier;

/**
 * The tools by the strategy file that is in force at the moment, and what is watched beside: alerts and metrics, which go by the file as
 * it was at first. Thread-safe.
 */
final class LiveTools implements AutoCloseable {
    /** Whose figures are of their own in the metrics. */
    private static final int TENANTS_IN_METRICS = 20;

    private final Supplier<StrategyConfig> inForce;
    private final AlertWatch alerts;
    private final RehomeMetrics metrics;
    private OperatorTools tools;

    LiveTools(Supplier<StrategyConfig> inForce) {
        this.inForce = inForce;
        StrategyConfig strategy = inForce.get();
        this.tools = OperatorTools.of(strategy);
        FleetWatch watch = new FleetWatch(directory());
        this.alerts = AlertWatch.showing(watch, strategy);
        this.metrics = new RehomeMetrics()
                .add(new FleetMetrics(watch, MoveConcerns.of(strategy)))
                .add(new TenantMetrics(new StatisticsDirectory(directory()), TENANTS_IN_METRICS))
                .add(new AlertMetrics(() -> alerts.alerts().firing()));
    }

    private synchronized OperatorTools tools() {
        StrategyConfig strategy = inForce.get();
        if (!tools.strategy().equals(strategy)) {
            tools.close();
            tools = OperatorTools.of(strategy);
        }
        return tools;
    }

    private ConnectionSource directory() {
        return () -> tools().connections().open();
    }

    DashboardSources sources() {
        return new DashboardSources(
                inForce,
                directory(),
                () -> tools().levelSurvey(),
                () -> tools().drift(),
                () -> tools().doctor(),
                () -> tools().tenantCheck(),
                () -> tools().mover(),
                () -> alerts.alerts().firing(),
                metrics::scrape);
    }

    @Override
    public void close() {
        alerts.close();
        metrics.close();
        synchronized (this) {
            tools.close();
        }
    }
}
