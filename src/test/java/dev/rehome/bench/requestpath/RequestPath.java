package dev.rehome.bench.requestpath;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.rehome.bench.requestpath.Rounds.Cell;
import dev.rehome.bench.requestpath.Rounds.Series;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.hibernate.Version;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.DriverInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Compares storefronts' transactions through Rehome, in each tier, with the same through Hibernate alone: interleaved, in
 * one process, on one PostgreSQL. First one thread for latency, then several for throughput; round trips are counted apart.
 */
@Command(
        name = "request-path",
        description = {
            "What a tenant's transaction costs, compared to Hibernate without tenants, with @TenantId alone and with"
                    + " TenantSchemaMapper.",
            "The embedded server runs without fsync, so that commits do not drown the differences; -Dpostgres=URL takes"
                    + " another server."
        },
        mixinStandardHelpOptions = true)
public final class RequestPath implements Callable<Integer> {
    private static final int NEIGHBOURS = 4;
    private static final Duration LATENCY_SLICE = Duration.ofMillis(3);
    private static final Duration NETWORK_DELAY = Duration.ofNanos(500_000);
    private static final Duration REMOTE_SLICE = Duration.ofMillis(12);
    private static final Duration THROUGHPUT_SLICE = Duration.ofMillis(20);

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
    private @Nullable Path json;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rounds that count, in each of the two phases. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "X",
            defaultValue = "1.8",
            description = "Length of a round, shared by all variants and transactions. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "4",
            description = "Threads of the second phase. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(names = "--seed", paramLabel = "N", description = "Replays the order of an earlier run.")
    private @Nullable Long seed;

    @Option(names = "--quick", description = "Few rows and short rounds: shows that it runs, not what it costs.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        check();
        SampleRows rows = quick ? new SampleRows(200, 5) : new SampleRows(2_000, 10);
        long usedSeed = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
        Rounds measured = quick
                ? new Rounds(1, 3, Duration.ofMillis(360), rows.customers(), usedSeed)
                : new Rounds(4, rounds, Duration.ofNanos((long) (seconds * 1e9)), rows.customers(), usedSeed);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load > Runtime.getRuntime().availableProcessors() / 2.0) {
            tell("The machine is busy (load average " + load + "): expect wide ratios.");
        }
        tell("seed " + usedSeed + " (replay with --seed " + usedSeed + ")");
        tell("setting the stage: " + rows.customers() + " customers and " + rows.customers() * rows.ordersPerCustomer()
                + " orders for each variant");
        Report report = measure(rows, measured);
        PrintWriter out = spec.commandLine().getOut();
        out.print(report.table());
        out.flush();
        if (json != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), report);
        }
        return 0;
    }

    private void check() {
        if (rounds < 1 || threads < 1 || threads > Variants.POOL_SIZE || seconds <= 0) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Give at least one round of more than zero seconds, and 1 to " + Variants.POOL_SIZE + " threads.");
        }
        Path folder = json == null ? null : json.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new RehomeException(ErrorKind.USER, "There is no folder " + folder + " to write to. Create it.");
        }
    }

    private Report measure(SampleRows rows, Rounds measured) throws Exception {
        try (Stage stage = Stage.set(rows, quick ? 1 : NEIGHBOURS)) {
            tell("counting round trips");
            Map<Variant.Name, Map<Scenario, Double>> roundTrips = RoundTrips.count(stage, rows.customers());
            Map<Cell, Series> remote = remote(stage, measured);
            try (Variants variants = Variants.open(stage, stage.authority())) {
                Map<Cell, Series> latency =
                        measured.run(variants.all(), 1, LATENCY_SLICE, step -> tell("latency, 1 thread: " + step));
                Map<Cell, Series> throughput = measured.run(
                        variants.all(),
                        threads,
                        THROUGHPUT_SLICE,
                        step -> tell("throughput, " + threads + " threads: " + step));
                tell("directories of different sizes");
                Growth growth = Growth.measure(quick, measured.rounds(), measured.seed(), this::tell);
                Budget budget = Budget.measure(quick, measured.seed(), this::tell);
                return Report.of(
                        environment(stage, rows, measured), latency, throughput, remote, roundTrips, growth, budget);
            }
        }
    }

    private Map<Cell, Series> remote(Stage stage, Rounds measured) throws Exception {
        try (RoundTripProxy network = RoundTripProxy.before(stage.authority(), NETWORK_DELAY);
                Variants variants = Variants.open(stage, network.authority())) {
            return measured.run(
                    variants.all(), 1, REMOTE_SLICE, step -> tell("latency through a network, 1 thread: " + step));
        }
    }

    private Map<String, Object> environment(Stage stage, SampleRows rows, Rounds measured) throws SQLException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("cores", Runtime.getRuntime().availableProcessors());
        environment.put(
                "loadAverage", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        environment.put("jvm", Runtime.version().toString());
        environment.put("postgres", stage.show("server_version"));
        environment.put("fsync", stage.show("fsync"));
        environment.put("hibernate", Version.getVersionString());
        environment.put("pgjdbc", DriverInfo.DRIVER_VERSION);
        environment.put("seed", measured.seed());
        environment.put("rounds", measured.rounds());
        environment.put("warmUpRounds", measured.warmUp());
        environment.put("roundMillis", measured.length().toMillis());
        environment.put("latencyThreads", 1);
        environment.put("networkDelayMicrosEachWay", NETWORK_DELAY.toNanos() / 1000);
        environment.put("throughputThreads", threads);
        environment.put("poolSize", Variants.POOL_SIZE);
        environment.put("customers", rows.customers());
        environment.put("orders", rows.customers() * rows.ordersPerCustomer());
        environment.put("tenantsInSharedTables", 1 + (quick ? 1 : NEIGHBOURS));
        return environment;
    }

    private void tell(String step) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(step);
        err.flush();
    }
}
