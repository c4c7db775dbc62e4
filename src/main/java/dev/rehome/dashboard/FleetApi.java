package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.config.StrategyConfig;
import dev.rehome.dashboard.FleetFigures.Figures;
import dev.rehome.jdbc.ConnectionSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The fleet at a glance. Thread-safe. */
final class FleetApi {
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final Recent<Fleet> recent;

    FleetApi(ConnectionSource directory, Supplier<StrategyConfig> strategy, Clock clock) {
        FleetFigures figures = new FleetFigures(directory);
        this.recent = new Recent<>(
                () -> {
                    StrategyConfig config = strategy.get();
                    return new Fleet(clock.instant(), servers(config), figures.read(config.thresholds()));
                },
                FRESH,
                System::nanoTime);
    }

    record ServerView(String name, String region) {}

    record Fleet(Instant at, List<ServerView> servers, Figures figures) {}

    List<Route> routes() {
        return List.of(get("/fleet", call -> recent.get()));
    }

    private static List<ServerView> servers(StrategyConfig strategy) {
        return strategy.servers().all().stream()
                .map(server -> new ServerView(server.name(), server.region()))
                .toList();
    }
}
