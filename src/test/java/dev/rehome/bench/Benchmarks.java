package dev.rehome.bench;

import dev.rehome.bench.fleet.FleetBenchmark;
import dev.rehome.bench.move.MoveBenchmark;
import dev.rehome.bench.requestpath.RequestPath;
import dev.rehome.bench.requestpath.StatisticsCost;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.model.ModelCheck;
import java.io.IOException;
import java.io.InputStream;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The benchmarks. Figures go to standard output and to a file, progress to standard error:
 * {@code mvn -q -Pbench test-compile exec:java -Dexec.args="request-path --json FILE"}.
 */
@Command(
        name = "benchmarks",
        description = "Measures Rehome against its alternatives.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RequestPath.class,
            StatisticsCost.class,
            MoveBenchmark.class,
            FleetBenchmark.class,
            ModelCheck.class
        })
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) throws IOException {
        try (InputStream logging = Benchmarks.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(logging);
        }
        int status = new CommandLine(new Benchmarks())
                .setExecutionExceptionHandler(Benchmarks::report)
                .execute(arguments);
        // Ends the server, too, which would otherwise live as long as Maven's process.
        System.exit(status);
    }

    /** Somebody's mistake takes a line; everything else comes with its stack. */
    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        if (failure instanceof RehomeException known) {
            command.getErr().println(known.getMessage());
            return known.kind().exitStatus();
        }
        failure.printStackTrace(command.getErr());
        return ErrorKind.EXTERNAL.exitStatus();
    }
}
