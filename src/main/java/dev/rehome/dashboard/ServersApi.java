package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.config.StrategyConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The servers and their connections. Thread-safe. */
final class ServersApi {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Recent<Pools> recent;

    ServersApi(Supplier<StrategyConfig> strategy, Clock clock) {
        this.recent =
                new Recent<>(() -> new Pools(clock.instant(), ServerLooks.at(strategy.get())), FRESH, System::nanoTime);
    }

    List<Route> routes() {
        return List.of(get("/pools", call -> recent.get()));
    }

    record Pools(Instant at, List<ServerLooks.Look> servers) {}
}
