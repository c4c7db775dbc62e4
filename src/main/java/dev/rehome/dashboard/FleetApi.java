package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.config.StrategyConfig;
import dev.rehome.dashboard.FleetFigures.Figures;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.move.MoveJournal;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.strategy.FleetReader;
import dev.rehome.strategy.Nearness;
import dev.rehome.strategy.Strategy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The fleet at a glance. Thread-safe. */
final class FleetApi {
    private static final Duration FRESH = Duration.ofSeconds(3);
    /** It takes a look at all that a plan is made from. */
    private static final Duration FRESH_NEARNESS = Duration.ofSeconds(30);
    /** From here on a tenant is near. */
    private static final double NEAR = 0.8;

    private final Recent<Fleet> recent;

    FleetApi(ConnectionSource directory, Supplier<StrategyConfig> strategy, Clock clock) {
        FleetFigures figures = new FleetFigures(directory);
        FleetReader reader =
                new FleetReader(new JdbcDirectory(directory), new MoveJournal(directory), directory, clock);
        Recent<List<Nearness>> near = new Recent<>(
                () -> new Strategy(strategy.get()).near(reader.read(), NEAR), FRESH_NEARNESS, System::nanoTime);
        this.recent = new Recent<>(
                () -> {
                    StrategyConfig config = strategy.get();
                    return new Fleet(clock.instant(), servers(config), figures.read(near.get()));
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
