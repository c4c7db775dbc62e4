package dev.rehome.bench.move;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.rehome.bench.Spread;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.DriverInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures moves of a large storefront, and of a middling one under load, on two PostgreSQL servers of its own. */
@Command(
        name = "move",
        description = {
            "What a move costs: compared with a bare copy, with batches by offset, and felt by the storefront that is"
                    + " moved and by its neighbours.",
            "Starts two PostgreSQL servers with fsync; takes about an hour, 15 GB of disk and 4 GB of memory."
        },
        mixinStandardHelpOptions = true)
public final class MoveBenchmark implements Callable<Integer> {
    /** Of each kind of work with triggers and without. */
    private static final int REPETITIONS = 20;
    /** What the large storefront's customers leave to others: its copy takes minutes, and nothing is throttled. */
    private static final Duration LARGE_WRITERS_PAUSE = Duration.ofMillis(50);

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
    private @Nullable Path json;

    @Option(
            names = "--scale",
            paramLabel = "X",
            defaultValue = "1",
            description = "1 for a million orders, and in proportion. Default: ${DEFAULT-VALUE}.")
    private double scale;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each copy is repeated. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--cutovers",
            paramLabel = "N",
            defaultValue = "50",
            description = "Cutovers under load. Default: ${DEFAULT-VALUE}.")
    private int cutovers;

    @Option(
            names = "--writers-pause-millis",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "What each of the 8 writers rests after a transaction, on average, while there are cutovers; 0 for"
                            + " none, when the mover gets what they leave of the processors. Default: ${DEFAULT-VALUE}.")
    private int writersPauseMillis;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "SECTION",
            description = "Measure only these: ${COMPLETION-CANDIDATES}.")
    private @Nullable Set<Section> only;

    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "TARGET",
            defaultValue = "SCHEMA,DATABASE,SERVER",
            description = "Move only to these: ${COMPLETION-CANDIDATES}.")
    private List<Target> targets;

    /** What is measured, in this order. */
    enum Section {
        IDLE_TRIGGER,
        COPY,
        OFFSET,
        CATCH_UP,
        PAUSE,
        NEIGHBOURS,
        RETIRE
    }

    @Override
    public Integer call() throws Exception {
        check();
        warnIfBusy();
        Figures figures = new Figures();
        Size size = Size.scaled(scale);
        try (TwoServers servers = TwoServers.open()) {
            figures.detail("environment", environment(servers, size));
            tell("filling the market: " + size);
            try (Market market = Market.open(servers, size)) {
                measure(market, figures);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(figures.lines());
        out.flush();
        if (json != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), figures.all());
        }
        return 0;
    }

    private void measure(Market market, Figures figures) throws Exception {
        Set<Section> sections = only == null ? EnumSet.allOf(Section.class) : only;
        if (sections.contains(Section.IDLE_TRIGGER)) {
            new IdleTriggerSection(market, this::tell).run(REPETITIONS, figures);
        }
        Map<Target, Double> moveSeconds = new EnumMap<>(Target.class);
        if (sections.contains(Section.COPY)) {
            moveSeconds.putAll(new CopySection(market, this::tell).run(targets, rounds, figures));
        }
        if (sections.contains(Section.OFFSET)) {
            for (Target target : targets) {
                tell("batches by offset to " + target.label());
                Double known = moveSeconds.get(target);
                double seconds = known != null
                        ? known
                        : new TimedMove(market, this::tell)
                                .thereAndBack(market.large(), target, TimedMove.Interlude.NONE)
                                .seconds();
                new OffsetSection(market, this::tell).run(target, seconds, figures);
            }
        }
        if (sections.contains(Section.CATCH_UP)) {
            new CatchUpSection(market, this::tell).run(targets, rounds, figures);
        }
        if (sections.contains(Section.PAUSE)) {
            LoadSection load = new LoadSection(market, Duration.ofMillis(writersPauseMillis), this::tell);
            LoadSection.Felt felt = load.run(market.middle(), targets, cutovers);
            figures.put("pauseMillis", Latencies.millis(felt.pause()));
            figures.put("cutovers", felt.cutovers());
            figures.put("failedTransactions", felt.failed());
            figures.detail("movesOfAMiddlingStorefront", load.describe(felt));
            tell("  " + load.describe(felt));
        }
        if (sections.contains(Section.NEIGHBOURS)) {
            LoadSection load = new LoadSection(market, LARGE_WRITERS_PAUSE, this::tell);
            LoadSection.Felt felt = load.run(market.large(), targets, 2 * targets.size());
            figures.put("neighbourP99Ratio", Spread.rounded(felt.neighbourRatio()));
            figures.detail("movesOfTheLargeStorefront", load.describe(felt));
            tell("  " + load.describe(felt));
        }
        if (sections.contains(Section.RETIRE)) {
            tell("a move for good");
            Map<String, Double> parts = new TimedMove(market, this::tell)
                    .there(market.large(), targets.get(0))
                    .breakdown();
            figures.detail("secondsOfAMoveForGood", parts);
            tell("  " + parts);
        }
    }

    private void check() {
        if (scale <= 0 || rounds < 1 || cutovers < 2) {
            throw new RehomeException(ErrorKind.USER, "Give a scale above 0, at least one round and two cutovers.");
        }
        Path folder = json == null ? null : json.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new RehomeException(ErrorKind.USER, "There is no folder " + folder + " to write to. Create it.");
        }
    }

    private void warnIfBusy() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (load > Runtime.getRuntime().availableProcessors() / 2.0) {
            tell("The machine is busy (load average " + load + "): expect wide ratios.");
        }
    }

    private Map<String, Object> environment(TwoServers servers, Size size) throws SQLException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("cores", Runtime.getRuntime().availableProcessors());
        environment.put(
                "loadAverageBefore",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        environment.put("jvm", Runtime.version().toString());
        environment.put("pgjdbc", DriverInfo.DRIVER_VERSION);
        environment.put("postgres", servers.settings());
        environment.put("workers", Market.WORKERS);
        environment.put("rounds", rounds);
        environment.put("size", size);
        environment.put("rowsOfTheLargeStorefront", size.rows());
        return environment;
    }

    private void tell(String step) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(step);
        err.flush();
    }
}
