package dev.rehome.bench.requestpath;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.rehome.bench.Spread;
import dev.rehome.config.StatisticsConfig;
import dev.rehome.connection.Limits;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.hibernate.DataLayer;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.testing.TestFleet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.hibernate.cfg.BatchSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What it costs to keep statistics: two data layers over the same tenants, one that counts and pushes every second and one that does
 * not, take turns of some milliseconds in an order drawn anew each time. The throughput of one to the other's, in each round, for each
 * tier and transaction.
 */
@Command(
        name = "statistics",
        description = "What it costs the request path to keep statistics of tenants, against none.",
        mixinStandardHelpOptions = true)
public final class StatisticsCost implements Callable<Integer> {
    private static final Duration SLICE = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PUSH = Duration.ofSeconds(1);
    private static final int WARM_UP = 4;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
    private @Nullable Path json;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rounds that count. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--passes",
            paramLabel = "N",
            defaultValue = "5",
            description = "Slices of 20 ms of everything in a round. Default: ${DEFAULT-VALUE}.")
    private int passes;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "4",
            description = "Threads. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(names = "--seed", paramLabel = "N", description = "Replays the order of an earlier run.")
    private @Nullable Long seed;

    @Option(names = "--quick", description = "Few rows and rounds: shows that it runs, not what it costs.")
    private boolean quick;

    /** What is compared. */
    private record Subject(Tier tier, Scenario scenario) {
        String label() {
            return tier.name().toLowerCase(Locale.ROOT) + " " + scenario.label();
        }
    }

    private record Part(Subject subject, boolean counted, Variant variant) {}

    /** @param ratios throughput with statistics to that without */
    record Report(long seed, int threads, Spread overall, Map<String, Spread> ratios) {}

    private static final class Sum {
        private long transactions;
        private long nanos;

        double perSecond() {
            return transactions * 1e9 / nanos;
        }
    }

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || passes < 1 || threads < 1 || threads > Variants.POOL_SIZE) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Give at least one round of one pass, and 1 to " + Variants.POOL_SIZE + " threads.");
        }
        SampleRows rows = quick ? new SampleRows(200, 5) : new SampleRows(2_000, 10);
        long usedSeed = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
        Report report;
        try (Stage stage = Stage.set(rows, 0);
                DataLayer plain = builder(stage.fleet()).build();
                DataLayer counting = builder(stage.fleet())
                        .statistics(() -> directory(stage.fleet()), StatisticsConfig.DEFAULT.every(PUSH))
                        .build()) {
            List<Part> parts = new ArrayList<>();
            for (Tier tier : Tier.values()) {
                for (Scenario scenario : Scenario.values()) {
                    Subject subject = new Subject(tier, scenario);
                    parts.add(new Part(subject, false, variant(stage, tier, plain)));
                    parts.add(new Part(subject, true, variant(stage, tier, counting)));
                }
            }
            report = measure(parts, rows.customers(), usedSeed);
        }
        PrintWriter out = spec.commandLine().getOut();
        report.ratios.forEach((what, ratio) -> out.printf(Locale.ROOT, "%-32s %s%n", what, ratio));
        out.printf(Locale.ROOT, "%-32s %s%n", "everything", report.overall);
        out.flush();
        if (json != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), report);
        }
        return 0;
    }

    private static Connection directory(TestFleet fleet) throws SQLException {
        return fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.APP, "benchmark");
    }

    private static DataLayer.Builder builder(TestFleet fleet) {
        return DataLayer.builder(fleet.servers(), fleet.directory(), fleet.fence())
                .entities(TenantEntities.ALL)
                .setting(BatchSettings.STATEMENT_BATCH_SIZE, 20)
                .setting(BatchSettings.ORDER_INSERTS, true)
                .limits(new Limits(Variants.POOL_SIZE, Tier.values().length * Variants.POOL_SIZE, TIMEOUT));
    }

    private static Variant variant(Stage stage, Tier tier, DataLayer layer) {
        return new Variant(
                Variant.Name.valueOf(tier.name()),
                layer.sessionFactory(),
                null,
                stage.tenant(tier),
                TenantEntities.Order::new);
    }

    private Report measure(List<Part> parts, int customers, long usedSeed)
            throws InterruptedException, ExecutionException {
        Random random = new Random(usedSeed);
        Map<Subject, List<Double>> ratios = new LinkedHashMap<>();
        List<Double> overall = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 1 - (quick ? 1 : WARM_UP); round <= rounds; round++) {
                PrintWriter err = spec.commandLine().getErr();
                err.println(round <= 0 ? "warming up" : "round " + round + "/" + rounds);
                err.flush();
                Map<Part, Sum> sums = round(new ArrayList<>(parts), customers, workers, random);
                if (round > 0) {
                    double product = 1;
                    for (Part part : parts) {
                        if (part.counted) {
                            double ratio = ratio(sums, parts, part);
                            ratios.computeIfAbsent(part.subject, first -> new ArrayList<>())
                                    .add(ratio);
                            product *= ratio;
                        }
                    }
                    overall.add(Math.pow(product, 2.0 / parts.size())); // the geometric mean of half of the parts
                }
            }
        } finally {
            workers.shutdownNow();
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        ratios.forEach((subject, each) -> spreads.put(subject.label(), Spread.of(each)));
        return new Report(usedSeed, threads, Spread.of(overall), spreads);
    }

    private static double ratio(Map<Part, Sum> sums, List<Part> parts, Part counted) {
        Part plain = parts.stream()
                .filter(part -> !part.counted && part.subject.equals(counted.subject))
                .findFirst()
                .orElseThrow();
        return Objects.requireNonNull(sums.get(counted)).perSecond()
                / Objects.requireNonNull(sums.get(plain)).perSecond();
    }

    private Map<Part, Sum> round(List<Part> parts, int customers, ExecutorService workers, Random random)
            throws InterruptedException, ExecutionException {
        Map<Part, Sum> sums = new HashMap<>();
        for (int pass = 0; pass < passes; pass++) {
            Collections.shuffle(parts, random);
            for (Part part : parts) {
                Sum sum = sums.computeIfAbsent(part, first -> new Sum());
                long begin = System.nanoTime();
                List<Future<Long>> running = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    int worker = i;
                    long workerSeed = random.nextLong();
                    running.add(workers.submit(
                            () -> work(part, worker, customers, begin + SLICE.toNanos(), new Random(workerSeed))));
                }
                for (Future<Long> one : running) {
                    sum.transactions += one.get();
                }
                sum.nanos += System.nanoTime() - begin;
            }
        }
        return sums;
    }

    /** Each worker has customers of its own, so that no two change the same cart. */
    private long work(Part part, int worker, int customers, long endNanos, Random random) {
        long transactions = 0;
        do {
            int customer = random.nextInt(customers / threads) * threads + worker;
            part.subject.scenario.run(part.variant, customer);
            transactions++;
        } while (System.nanoTime() < endNanos);
        return transactions;
    }
}
