package dev.rehome.dashboard;

import static dev.rehome.dashboard.Route.get;

import dev.rehome.config.StrategyConfig;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.statistics.NodePool;
import dev.rehome.statistics.NodePools;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The servers and their connections, as they count them and as those who have them do. Thread-safe. */
final class ServersApi {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Recent<Pools> recent;

    ServersApi(ConnectionSource directory, Supplier<StrategyConfig> strategy, Clock clock) {
        NodePools nodes = new NodePools(directory);
        this.recent = new Recent<>(
                () -> {
                    List<ServerLooks.Look> servers = ServerLooks.at(strategy.get());
                    try {
                        return new Pools(clock.instant(), servers, views(nodes.list()), null);
                    } catch (RehomeException e) {
                        // What the servers say is wanted most while the directory's does not answer.
                        return new Pools(clock.instant(), servers, List.of(), e.getMessage());
                    }
                },
                FRESH,
                System::nanoTime);
    }

    List<Route> routes() {
        return List.of(get("/pools", call -> recent.get()));
    }

    /** @param longestWaitMillis since the process began, like the time-outs */
    record PoolView(
            String server,
            int limit,
            int inUse,
            int idle,
            int waiting,
            long longestWaitMillis,
            long timeOuts,
            boolean down) {
        static PoolView of(NodePool pool) {
            return new PoolView(
                    pool.server(),
                    pool.limit(),
                    pool.inUse(),
                    pool.idle(),
                    pool.waiting(),
                    pool.longestWait().toMillis(),
                    pool.timeOuts(),
                    pool.down());
        }
    }

    /** An application's process, as it has told of itself. */
    record NodeView(String node, Instant heardAt, List<PoolView> pools) {}

    /** @param nodesProblem why nothing is known of the processes */
    record Pools(
            Instant at,
            List<ServerLooks.Look> servers,
            List<NodeView> nodes,
            @Nullable String nodesProblem) {}

    private static List<NodeView> views(List<NodePool> pools) {
        Map<String, List<NodePool>> byNode =
                pools.stream().collect(Collectors.groupingBy(NodePool::node, LinkedHashMap::new, Collectors.toList()));
        return byNode.entrySet().stream()
                .map(node -> new NodeView(
                        node.getKey(),
                        node.getValue().get(0).heardAt(),
                        node.getValue().stream().map(PoolView::of).toList()))
                .toList();
    }
}
