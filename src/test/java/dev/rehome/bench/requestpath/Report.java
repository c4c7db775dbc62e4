package dev.rehome.bench.requestpath;

import dev.rehome.bench.requestpath.Rounds.Cell;
import dev.rehome.bench.requestpath.Rounds.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The figures, in the shape of the JSON file. Ratios are of one round's p50 to the same round's p50 of the peer; above one
 * is slower. {@code p50To…} and {@code perSecondTo…} are ours only, keyed by tier: the median over the transactions of the
 * median over the rounds. {@code remote…} is the same through a network of half a millisecond each way. {@code
 * extraRoundTrips} is the most that a transaction makes more than plain Hibernate's; {@code growth} is of directories with so many tenants, to the smallest.
 */
record Report(
        Map<String, Object> environment,
        List<Result> results,
        Map<String, Double> p50ToPlain,
        Map<String, Double> p50ToTenantId,
        Map<String, Double> p50ToSchemaMapper,
        Map<String, Double> remoteP50ToPlain,
        Map<String, Double> perSecondToPlain,
        Map<String, Double> extraRoundTrips,
        Map<String, Map<String, Double>> extraRoundTripsByTransaction,
        Map<String, Double> growth,
        Map<String, Spread> growthSpread,
        double bytesPerKnownTenant,
        Budget budget) {

    /**
     * One variant's figures of one transaction.
     *
     * @param perSecond transactions a second of all threads of the second phase, the median over its rounds; the other
     *     times are those of the first phase, of one thread
     * @param roundTrips the median of a transaction, counted on the wire
     * @param perSecondToPlain above one is more
     */
    record Result(
            String variant,
            String transaction,
            double p50Micros,
            double p99Micros,
            double perSecond,
            double roundTrips,
            Spread ratioToPlain,
            Spread ratioToTenantId,
            Spread ratioToSchemaMapper,
            Spread remoteRatioToPlain,
            Spread perSecondToPlain) {}

    /** The median of what the rounds said, and their 10th and 90th percentile. */
    record Spread(double median, double low, double high) {
        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return new Spread(at(sorted, 0.5), at(sorted, 0.1), at(sorted, 0.9));
        }

        /** Interpolates between neighbours. */
        private static double at(List<Double> sorted, double quantile) {
            double position = quantile * (sorted.size() - 1);
            int below = (int) position;
            int above = Math.min(below + 1, sorted.size() - 1);
            return rounded(sorted.get(below) + (position - below) * (sorted.get(above) - sorted.get(below)));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median, low, high);
        }
    }

    static Report of(
            Map<String, Object> environment,
            Map<Cell, Series> latency,
            Map<Cell, Series> throughput,
            Map<Cell, Series> remote,
            Map<Variant.Name, Map<Scenario, Double>> roundTrips,
            Growth growth,
            Budget budget) {
        List<Result> results = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            for (Variant.Name name : Variant.Name.values()) {
                Series one = get(latency, name, scenario);
                Series many = get(throughput, name, scenario);
                results.add(new Result(
                        name.label(),
                        scenario.label(),
                        one.latencies().getValueAtPercentile(50) / 1e3,
                        one.latencies().getValueAtPercentile(99) / 1e3,
                        rounded(Spread.of(many.perSecond()).median),
                        get(get(roundTrips, name), scenario),
                        ratio(
                                one.p50Nanos(),
                                get(latency, Variant.Name.PLAIN, scenario).p50Nanos()),
                        ratio(
                                one.p50Nanos(),
                                get(latency, Variant.Name.TENANT_ID, scenario).p50Nanos()),
                        ratio(
                                one.p50Nanos(),
                                get(latency, Variant.Name.SCHEMA_MAPPER, scenario)
                                        .p50Nanos()),
                        ratio(
                                get(remote, name, scenario).p50Nanos(),
                                get(remote, Variant.Name.PLAIN, scenario).p50Nanos()),
                        ratio(
                                many.perSecond(),
                                get(throughput, Variant.Name.PLAIN, scenario).perSecond())));
            }
        }
        return new Report(
                environment,
                results,
                byTier(results, result -> result.ratioToPlain.median),
                byTier(results, result -> result.ratioToTenantId.median),
                byTier(results, result -> result.ratioToSchemaMapper.median),
                byTier(results, result -> result.remoteRatioToPlain.median),
                byTier(results, result -> result.perSecondToPlain.median),
                extra(roundTrips),
                extraByTransaction(roundTrips),
                medians(growth.p50()),
                growth.p50(),
                rounded(growth.bytesPerTenant()),
                budget);
    }

    private static Spread ratio(List<Double> these, List<Double> those) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < these.size(); round++) {
            ratios.add(these.get(round) / those.get(round));
        }
        return Spread.of(ratios);
    }

    private static Map<String, Double> byTier(List<Result> results, ToDoubleFunction<Result> figure) {
        Map<String, Double> byTier = new LinkedHashMap<>();
        for (Variant.Name name : Variant.Name.values()) {
            if (name.isOurs()) {
                byTier.put(
                        name.label(),
                        Spread.of(results.stream()
                                        .filter(result -> result.variant.equals(name.label()))
                                        .map(figure::applyAsDouble)
                                        .toList())
                                .median);
            }
        }
        return byTier;
    }

    private static Map<String, Double> medians(Map<String, Spread> spreads) {
        Map<String, Double> medians = new LinkedHashMap<>();
        spreads.forEach((key, spread) -> medians.put(key, spread.median));
        return medians;
    }

    private static Map<String, Double> extra(Map<Variant.Name, Map<Scenario, Double>> roundTrips) {
        Map<String, Double> extra = new LinkedHashMap<>();
        for (Variant.Name name : Variant.Name.values()) {
            if (name.isOurs()) {
                extra.put(
                        name.label(),
                        Stream.of(Scenario.values())
                                .mapToDouble(scenario -> extra(roundTrips, name, scenario))
                                .max()
                                .orElseThrow());
            }
        }
        return extra;
    }

    private static Map<String, Map<String, Double>> extraByTransaction(
            Map<Variant.Name, Map<Scenario, Double>> roundTrips) {
        Map<String, Map<String, Double>> extra = new LinkedHashMap<>();
        for (Scenario scenario : Scenario.values()) {
            Map<String, Double> ofTiers = new LinkedHashMap<>();
            for (Variant.Name name : Variant.Name.values()) {
                if (name.isOurs()) {
                    ofTiers.put(name.label(), extra(roundTrips, name, scenario));
                }
            }
            extra.put(scenario.label(), ofTiers);
        }
        return extra;
    }

    private static double extra(
            Map<Variant.Name, Map<Scenario, Double>> roundTrips, Variant.Name name, Scenario scenario) {
        return rounded(get(get(roundTrips, name), scenario) - get(get(roundTrips, Variant.Name.PLAIN), scenario));
    }

    private static Series get(Map<Cell, Series> series, Variant.Name name, Scenario scenario) {
        return get(series, new Cell(name, scenario));
    }

    private static <K, V> V get(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> "not measured: " + key);
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }

    /** The figures for people: a block of lines for each transaction. */
    String table() {
        StringBuilder table = new StringBuilder();
        String transaction = "";
        for (Result result : results) {
            if (!result.transaction.equals(transaction)) {
                transaction = result.transaction;
                table.append(String.format(
                        "%n%-16s %9s %9s %9s %6s  %-18s %-18s %-18s%n",
                        transaction,
                        "p50 us",
                        "p99 us",
                        "per sec",
                        "trips",
                        "p50 to plain",
                        "p50 to @TenantId",
                        "remote to plain"));
            }
            table.append(String.format(
                    Locale.ROOT,
                    "  %-14s %9.0f %9.0f %9.0f %6.1f  %-18s %-18s %-18s%n",
                    result.variant,
                    result.p50Micros,
                    result.p99Micros,
                    result.perSecond,
                    result.roundTrips,
                    result.ratioToPlain,
                    result.ratioToTenantId,
                    result.remoteRatioToPlain));
        }
        table.append(String.format("%nGrowth of the directory, p50 to the smallest: %s%n", growthSpread));
        table.append(String.format(
                Locale.ROOT,
                "%d homes under a budget of %d connections: %d open, %d threads, %.0f requests a second, p50 %.1f ms, p99 %.1f ms%n",
                budget.homes(),
                budget.limit(),
                budget.serverConnections(),
                budget.threads(),
                budget.perSecond(),
                budget.p50Millis(),
                budget.p99Millis()));
        return table.toString();
    }
}
