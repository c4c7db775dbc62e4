package dev.rehome.metrics;

import dev.rehome.error.RehomeException;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.watch.FleetState;
import dev.rehome.watch.FleetWatch;
import dev.rehome.watch.MoveConcerns;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the fleet stands, as the directory has it. It is read for each scrape, but not more often than every {@value #LEAST_MILLIS} ms.
 * While it cannot be read the figures are those of before, and {@link Metric#DIRECTORY_UP} says so. Thread-safe; bound to one registry.
 */
public final class FleetMetrics implements MeterSource {
    private static final Logger LOG = LoggerFactory.getLogger(FleetMetrics.class);
    private static final long LEAST_MILLIS = 5_000;

    private final FleetWatch watch;
    private final MoveConcerns concerns;
    private final Rows rows = new Rows();
    private volatile @Nullable FleetState state;
    private volatile boolean up;
    private long readAtNanos;

    public FleetMetrics(FleetWatch watch, MoveConcerns concerns) {
        this.watch = watch;
        this.concerns = concerns;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        rows.bind(
                registry,
                Metric.TENANTS,
                Metric.MOVES,
                Metric.SCHEMA_RUN_HOMES,
                Metric.FLEET_CHECK_PROBLEMS,
                Metric.FLEET_CHECK_AGE,
                Metric.LIFE_OPERATIONS,
                Metric.SPARES);
        Metric.DIRECTORY_UP.gauge(registry, () -> up ? 1 : 0);
        Stream.of(MovePhase.values())
                .filter(MovePhase::isTerminal)
                .forEach(phase -> Metric.MOVES_ENDED.counter(registry, this, each -> each.ended(phase), word(phase)));
        gauge(registry, Metric.MOVES_UNATTENDED, now -> count(now, move -> concerns.isUnattended(move, now.at())));
        gauge(registry, Metric.MOVES_STOPPED, now -> count(now, concerns::isStopped));
        gauge(registry, Metric.MOVES_STUCK, now -> count(now, move -> concerns.isStuck(move, now.at())));
        gauge(
                registry,
                Metric.MOVE_LAG,
                now -> now.moves().stream()
                        .mapToLong(move -> move.progress().lagRows())
                        .max()
                        .orElse(0));
        gauge(
                registry,
                Metric.MOVE_COPIED,
                now -> now.moves().stream()
                        .mapToLong(move -> move.progress().rowsDone())
                        .sum());
        gauge(
                registry,
                Metric.MOVE_REST,
                now -> now.moves().stream()
                        .map(move -> concerns.rest(move, now.at()))
                        .mapToDouble(FleetMetrics::seconds)
                        .max()
                        .orElse(0));
        gauge(registry, Metric.CUTOVERS, now -> now.pauses().cutovers());
        gauge(
                registry,
                Metric.CUTOVER_PAUSE_LONGEST,
                now -> seconds(now.pauses().longest()));
        Metric.CUTOVER_PAUSE_BUDGET.gauge(registry, () -> seconds(concerns.pauseBudget()));
        differences(registry, "found", FleetState.Verification::differences);
        differences(registry, "unrepaired", each -> each.unrepaired() + each.foreignRows());
        gauge(
                registry,
                Metric.SOAK_LEFT,
                now -> now.moves().stream()
                        .flatMap(move -> concerns.soakLeft(move, now.at()).stream())
                        .mapToDouble(FleetMetrics::seconds)
                        .min()
                        .orElse(Double.NaN));
        gauge(registry, Metric.SOAKS_UNVERIFIED, now -> count(now, move -> concerns.endsUnverified(move, now)));
        gauge(
                registry,
                Metric.LIFE_OPERATION_AGE,
                now -> now.undertakings().stream()
                        .mapToDouble(each -> seconds(each.since(), now.at()))
                        .max()
                        .orElse(0));
        Metric.STATISTICS_NODES.gauge(registry, () -> of(now -> now.statistics().reporting()), "reporting");
        Metric.STATISTICS_NODES.gauge(registry, () -> of(now -> now.statistics().silent()), "silent");
        gauge(registry, Metric.STATISTICS_AGE, now -> seconds(now.statistics().age()));
        gauge(registry, Metric.STATISTICS_UNCOUNTED, now -> now.statistics().uncounted());
        gauge(
                registry,
                Metric.NIGHTLY_EXPORT_FAILURES,
                now -> now.failedExport().map(FleetState.FailedExport::times).orElse(0L));
        refresh();
    }

    private void gauge(MeterRegistry registry, Metric metric, ToDoubleFunction<FleetState> value) {
        metric.gauge(registry, () -> of(value));
    }

    private void differences(MeterRegistry registry, String what, ToDoubleFunction<FleetState.Verification> count) {
        Metric.VERIFICATION_DIFFERENCES.gauge(
                registry,
                () -> of(now ->
                        now.verifications().values().stream().mapToDouble(count).sum()),
                what);
    }

    /** Not a number before the directory has been read. */
    private double of(ToDoubleFunction<FleetState> value) {
        FleetState now = state;
        return now == null ? Double.NaN : value.applyAsDouble(now);
    }

    private long ended(MovePhase phase) {
        FleetState now = state;
        return now == null ? 0 : now.endedMoves().getOrDefault(phase, 0L);
    }

    private static double count(FleetState state, Predicate<MoveStatus> which) {
        return state.moves().stream().filter(which).count();
    }

    @Override
    public synchronized void refresh() {
        if (state != null
                && System.nanoTime() - readAtNanos
                        < Duration.ofMillis(LEAST_MILLIS).toNanos()) {
            return;
        }
        try {
            FleetState now = watch.look();
            state = now;
            readAtNanos = System.nanoTime();
            up = true;
            show(now);
        } catch (RehomeException e) {
            if (up || state == null) {
                LOG.warn("note=the directory cannot be read for metrics: {}", e.getMessage());
            }
            up = false;
        }
    }

    private void show(FleetState now) {
        rows.set(
                Metric.TENANTS,
                now.tenants().stream()
                        .map(each -> Metric.TENANTS.row((double) each.tenants(), word(each.tier()), each.server()))
                        .collect(Collectors.toList()));
        rows.set(
                Metric.MOVES,
                now.moves().stream()
                        .collect(Collectors.groupingBy(move -> word(move.move().phase()), Collectors.counting())));
        rows.set(Metric.SCHEMA_RUN_HOMES, now.schemaRunHomes());
        rows.set(
                Metric.FLEET_CHECK_PROBLEMS,
                now.checks().stream()
                        .collect(Collectors.toMap(check -> word(check.kind()), check -> check.problemCount())));
        rows.set(
                Metric.FLEET_CHECK_AGE,
                now.checks().stream()
                        .collect(Collectors.toMap(
                                check -> word(check.kind()), check -> seconds(check.checkedAt(), now.at()))));
        rows.set(
                Metric.LIFE_OPERATIONS,
                now.undertakings().stream()
                        .collect(Collectors.groupingBy(FleetState.Undertaking::operation, Collectors.counting())));
        rows.set(Metric.SPARES, now.spares());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static double seconds(Instant since, Instant at) {
        return seconds(Duration.between(since, at));
    }
}
