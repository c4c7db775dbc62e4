package dev.rehome.dashboard;

import dev.rehome.alert.Alert;
import dev.rehome.config.StrategyConfig;
import dev.rehome.doctor.Doctor;
import dev.rehome.fleet.TenantCheck;
import dev.rehome.fleet.drift.Drift;
import dev.rehome.fleet.levels.LevelSurvey;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.Mover;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the dashboard gets what it shows. The suppliers are asked anew each time, so that a strategy file that has changed holds at
 * once; they have to be thread-safe.
 *
 * @param directory as the mover; its connections are closed after each transaction
 * @param alerts those that are firing, the most pressing first
 * @param metrics in Prometheus' text format, for {@code /metrics}
 */
public record DashboardSources(
        Supplier<StrategyConfig> strategy,
        ConnectionSource directory,
        Supplier<LevelSurvey> levels,
        Supplier<Drift> drift,
        Supplier<Doctor> doctor,
        Supplier<TenantCheck> tenantCheck,
        Supplier<Mover> mover,
        Supplier<List<Alert>> alerts,
        Supplier<String> metrics) {}
