package dev.rehome.bench.fleet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.rehome.testing.TestFleet;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what is done to whole fleets of homes, on an embedded PostgreSQL of its own. */
@Command(
        name = "fleet",
        description =
                "Schema changes over a fleet, to Liquibase run for one home after another; new tenants; tenants in files, to COPY.",
        mixinStandardHelpOptions = true)
public final class FleetBenchmark implements Callable<Integer> {
    private static final int TOLD_EVERY = 100;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
    private @Nullable Path json;

    @Option(
            names = "--schemas",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Homes that are schemas. Default: ${DEFAULT-VALUE}.")
    private int schemas;

    @Option(
            names = "--databases",
            paramLabel = "N",
            defaultValue = "50",
            description = "Homes that are databases. Default: ${DEFAULT-VALUE}.")
    private int databases;

    @Option(
            names = "--peers",
            paramLabel = "N",
            defaultValue = "40",
            description = "Homes that Liquibase is timed on. Default: ${DEFAULT-VALUE}.")
    private int peers;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "400000",
            description = "Rows of each of two tables that are exported and imported. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> top = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("schemas", schemas);
        details.put("databases", databases);
        details.put("peerHomes", peers);
        details.put("loadAverage", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        try (BenchmarkFleet fleet = BenchmarkFleet.make(schemas, databases, peers, made -> {
            if (made % TOLD_EVERY == 0) {
                tell(made + " homes made");
            }
        })) {
            new LevelSection(fleet, 3, this::tell).measure(top, details);
            new ProvisionSection(fleet.fleet, this::tell).measure(top, details);
        }
        Path folder = Files.createTempDirectory("rehome-benchmark");
        try (TestFleet fleet = TestFleet.onPostgres()) {
            new FileSection(fleet, rows, this::tell).measure(folder, top, details);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
        PrintWriter out = spec.commandLine().getOut();
        top.forEach((name, figure) -> out.printf("%-20s %s%n", name, details.getOrDefault(name, figure)));
        out.flush();
        if (json != null) {
            top.put("details", details);
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), top);
        }
        return 0;
    }

    private void tell(String step) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(step);
        err.flush();
    }
}
