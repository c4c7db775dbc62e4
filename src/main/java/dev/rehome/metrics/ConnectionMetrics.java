package dev.rehome.metrics;

import dev.rehome.connection.EnterFigures;
import dev.rehome.connection.ServerFigures;
import dev.rehome.connection.TenantConnections;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** How the requests of this process get to their homes. Thread-safe; bound to one registry. */
public final class ConnectionMetrics implements MeterSource {
    private final TenantConnections connections;
    private final Rows rows = new Rows();

    public ConnectionMetrics(TenantConnections connections) {
        this.connections = connections;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        rows.bind(
                registry,
                Metric.CONNECTIONS_LIMIT,
                Metric.CONNECTIONS_IN_USE,
                Metric.CONNECTIONS_IDLE,
                Metric.CONNECTIONS_WAITING,
                Metric.CONNECTIONS_LONGEST_WAIT,
                Metric.SERVER_DOWN);
        Metric.ENTER.timer(
                registry,
                connections,
                each -> each.enterFigures().admitted(),
                each -> each.enterFigures().enterNanos());
        refusal(registry, "elsewhere", EnterFigures::elsewhere);
        refusal(registry, "fenced", EnterFigures::fenced);
        refusal(registry, "unknown", EnterFigures::unknown);
        refusal(registry, "suspended", EnterFigures::suspended);
        refusal(registry, "too_old", EnterFigures::tooOld);
        refusal(registry, "unreachable", EnterFigures::unreachable);
        refusal(registry, "unavailable", EnterFigures::unavailable);
        Metric.PLACEMENTS_KNOWN.gauge(
                registry, () -> connections.placementFigures().known());
        Metric.PLACEMENTS_READ.counter(
                registry, connections, each -> each.placementFigures().loads(), "new");
        Metric.PLACEMENTS_READ.counter(
                registry, connections, each -> each.placementFigures().reloads(), "overtaken");
        Metric.PLACEMENTS_READ.counter(
                registry, connections, each -> each.placementFigures().learned(), "moved");
        Metric.ISOLATION_HOMES_PROVEN.gauge(
                registry, () -> connections.proofFigures().proven());
        Metric.ISOLATION_REFUSALS.counter(
                registry, connections, each -> each.proofFigures().refused());
        refresh();
    }

    private void refusal(MeterRegistry registry, String reason, ToLongFunction<EnterFigures> count) {
        Metric.ENTER_REFUSALS.counter(registry, connections, each -> count.applyAsLong(each.enterFigures()), reason);
    }

    @Override
    public synchronized void refresh() {
        List<ServerFigures> servers = connections.figures();
        set(servers, Metric.CONNECTIONS_LIMIT, ServerFigures::limit);
        set(servers, Metric.CONNECTIONS_IN_USE, ServerFigures::inUse);
        set(servers, Metric.CONNECTIONS_IDLE, ServerFigures::idle);
        set(servers, Metric.CONNECTIONS_WAITING, ServerFigures::waiting);
        set(
                servers,
                Metric.CONNECTIONS_LONGEST_WAIT,
                server -> server.longestWait().toNanos() / 1e9);
        set(servers, Metric.SERVER_DOWN, server -> server.down() ? 1 : 0);
    }

    private void set(List<ServerFigures> servers, Metric metric, ToDoubleFunction<ServerFigures> value) {
        List<MultiGauge.Row<Number>> each = servers.stream()
                .map(server -> metric.row(value.applyAsDouble(server), server.server()))
                .collect(Collectors.toList());
        rows.set(metric, each);
    }
}
