package dev.rehome.cli;

import dev.rehome.metrics.FleetMetrics;
import dev.rehome.metrics.RehomeMetrics;
import dev.rehome.metrics.TenantMetrics;
import dev.rehome.watch.MoveConcerns;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the fleet's figures as Prometheus reads them. */
@Command(
        name = "metrics",
        description =
                "Prints the fleet's figures in Prometheus' text format, once: for a look, or for its textfile collector.")
final class MetricsCommand extends OperatorCommand {
    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "So many tenants by size, and as many by transactions, have figures of their own."
                    + " Default: ${DEFAULT-VALUE}.")
    private int top;

    @Override
    public Integer call() {
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        try (RehomeMetrics metrics = new RehomeMetrics()
                .add(new FleetMetrics(tools.watch(), MoveConcerns.of(tools.strategy())))
                .add(new TenantMetrics(tools.statistics(), Math.max(0, top)))) {
            String text = metrics.scrape();
            print(Map.of("metrics", text), text.stripTrailing());
        }
        return 0;
    }
}
