package dev.rehome.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All figures, with their units and labels. Those of a process are about it alone; those of the fleet are the directory's. */
public enum Metric {
    CONNECTIONS_LIMIT(Kind.GAUGE, null, "Connections that the process may have to the server", "server"),
    CONNECTIONS_IN_USE(Kind.GAUGE, null, "Connections lent, being opened or promised", "server"),
    CONNECTIONS_IDLE(Kind.GAUGE, null, "Connections open and lent to nobody", "server"),
    CONNECTIONS_WAITING(Kind.GAUGE, null, "Requests that wait for a connection", "server"),
    CONNECTIONS_LONGEST_WAIT(Kind.GAUGE, "seconds", "Longest wait for a connection since the process began", "server"),
    SERVER_DOWN(
            Kind.GAUGE,
            null,
            "1 if the server has not answered for so long that its tenants are refused at once",
            "server"),
    ENTER(
            Kind.TIMER,
            "seconds",
            "Transactions that entered their home, and the time from asking for a connection until then"),
    ENTER_REFUSALS(
            Kind.COUNTER, null, "Attempts to enter that were refused or failed; most are tried again unseen", "reason"),
    PLACEMENTS_KNOWN(Kind.GAUGE, null, "Placements in the cache"),
    PLACEMENTS_READ(Kind.COUNTER, null, "Placements read from the directory, or told by a home that was left", "why"),
    ISOLATION_HOMES_PROVEN(Kind.GAUGE, null, "Homes that the process serves, as their isolation was proven"),
    ISOLATION_REFUSALS(Kind.COUNTER, null, "Times that a home was not served, as its isolation does not bind"),
    PUSHES(Kind.COUNTER, null, "Attempts to take the statistics to the directory", "outcome"),
    PUSH_AGE(Kind.GAUGE, "seconds", "Time since the last successful one"),
    PUSH_TENANTS(Kind.GAUGE, null, "Tenants that have done something within the hour, as the process has measured"),
    PUSH_UNMEASURED_TRANSACTIONS(
            Kind.COUNTER, null, "Transactions of tenants beyond the limit of those that are measured"),

    DIRECTORY_UP(Kind.GAUGE, null, "1 if the directory could be read for this scrape"),
    TENANTS(Kind.GAUGE, null, "Tenants", "tier", "server"),
    MOVES(Kind.GAUGE, null, "Moves that have not ended", "phase"),
    MOVES_ENDED(Kind.COUNTER, null, "Moves that have ended", "phase"),
    MOVES_UNATTENDED(
            Kind.GAUGE,
            null,
            "Moves that have begun, neither failed nor paused, and that nobody runs: their lease was lost"),
    MOVES_STOPPED(Kind.GAUGE, null, "Moves that have failed and wait for an operator"),
    MOVES_STUCK(Kind.GAUGE, null, "Moves that have been waiting for longer than alerts.move_waits"),
    MOVE_LAG(Kind.GAUGE, "rows", "Most changed rows that a move has not applied yet"),
    MOVE_COPIED(Kind.GAUGE, "rows", "Rows copied by the moves that have not ended, in their present phases"),
    MOVE_REST(Kind.GAUGE, "seconds", "Longest time for which a move has been giving a server rest"),
    CUTOVERS(Kind.GAUGE, null, "Cutovers of the last day"),
    CUTOVER_PAUSE_LONGEST(Kind.GAUGE, "seconds", "Longest fence of a cutover of the last day"),
    CUTOVER_PAUSE_BUDGET(Kind.GAUGE, "seconds", "migration_config.cutover.max_pause"),
    VERIFICATION_DIFFERENCES(Kind.GAUGE, "rows", "By the latest verification of each move that has not ended", "state"),
    SOAK_LEFT(Kind.GAUGE, "seconds", "Time until the next soak ends; absent if there is none"),
    SOAKS_UNVERIFIED(Kind.GAUGE, null, "Soaks in the last tenth of their time without a clean verdict of late"),
    SCHEMA_RUN_HOMES(Kind.GAUGE, null, "Homes of open runs of the changelog", "state"),
    FLEET_CHECK_PROBLEMS(Kind.GAUGE, null, "Problems found by the latest look at the whole fleet", "check"),
    FLEET_CHECK_AGE(Kind.GAUGE, "seconds", "Time since then", "check"),
    LIFE_OPERATIONS(Kind.GAUGE, null, "Life operations under way or cut off", "operation"),
    LIFE_OPERATION_AGE(Kind.GAUGE, "seconds", "Time since the oldest of them last got on"),
    SPARES(Kind.GAUGE, null, "Spare homes", "state"),
    STATISTICS_NODES(Kind.GAUGE, null, "Processes that measure", "state"),
    STATISTICS_AGE(Kind.GAUGE, "seconds", "Age of the oldest size of a tenant"),
    STATISTICS_UNCOUNTED(Kind.GAUGE, null, "Tenants whose size is not known"),
    NIGHTLY_EXPORT_FAILURES(Kind.GAUGE, null, "Times in a row that the nightly export has failed of late"),
    ALERTS_FIRING(Kind.GAUGE, null, "Alerts that the process has raised and that are not over", "alert", "severity"),

    TENANT_ROWS(Kind.GAUGE, "rows", "Rows of one of the largest or busiest tenants", "tenant"),
    TENANT_SIZE(Kind.GAUGE, "bytes", "Its part of the disk", "tenant"),
    TENANT_TRANSACTION_RATE(Kind.GAUGE, null, "Its transactions a second", "tenant"),
    TENANT_WRITE_RATE(Kind.GAUGE, null, "Rows that it writes a second", "tenant"),
    TENANT_QUERY_AVERAGE(Kind.GAUGE, "seconds", "Average time of its statements", "tenant"),
    TENANT_QUERY_P99(Kind.GAUGE, "seconds", "Time that 99 in 100 of its statements do not exceed", "tenant");

    private static final String PREFIX = "rehome.";

    /** How it behaves. */
    public enum Kind {
        /** Goes up and down. */
        GAUGE,
        /** Only grows, until the process begins anew. */
        COUNTER,
        /** A count and a sum of times, which both only grow. */
        TIMER
    }

    private final Kind kind;
    private final @Nullable String unit;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> labels;

    Metric(Kind kind, @Nullable String unit, String description, String... labels) {
        this.kind = kind;
        this.unit = unit;
        this.description = description;
        this.labels = List.of(labels);
    }

    public Kind kind() {
        return kind;
    }

    public String description() {
        return description;
    }

    public List<String> labels() {
        return labels;
    }

    /** As Prometheus has it: for a timer the names of its two series. */
    public List<String> series() {
        String name = id().replace('.', '_');
        if (unit != null && !name.endsWith("_" + unit)) {
            name += "_" + unit;
        }
        return switch (kind) {
            case GAUGE -> List.of(name);
            case COUNTER -> List.of(name + "_total");
            case TIMER -> List.of(name + "_count", name + "_sum");
        };
    }

    private String id() {
        return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    void gauge(MeterRegistry registry, DoubleSupplier value, String... values) {
        Supplier<Number> number = value::getAsDouble;
        Gauge.builder(id(), number)
                .description(description)
                .baseUnit(unit)
                .tags(tags(values))
                .register(registry);
    }

    /** @param source what the value is of; the registry does not keep it alive */
    <T> void counter(MeterRegistry registry, T source, ToLongFunction<T> value, String... values) {
        FunctionCounter.builder(id(), source, value::applyAsLong)
                .description(description)
                .baseUnit(unit)
                .tags(tags(values))
                .register(registry);
    }

    /** @param source what both are of; the registry does not keep it alive */
    <T> void timer(MeterRegistry registry, T source, ToLongFunction<T> count, ToLongFunction<T> nanos) {
        FunctionTimer.builder(id(), source, count, nanos::applyAsLong, TimeUnit.NANOSECONDS)
                .description(description)
                .register(registry);
    }

    /** For values of labels that come and go. */
    MultiGauge rows(MeterRegistry registry) {
        return MultiGauge.builder(id()).description(description).baseUnit(unit).register(registry);
    }

    /** One of {@link #rows}. */
    MultiGauge.Row<Number> row(double value, String... values) {
        return MultiGauge.Row.of(Tags.of(tags(values)), value);
    }

    private String[] tags(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(this + " has the labels " + labels + ".");
        }
        return Stream.iterate(0, i -> i + 1)
                .limit(values.length)
                .flatMap(i -> Stream.of(labels.get(i), values[i]))
                .toArray(String[]::new);
    }
}
