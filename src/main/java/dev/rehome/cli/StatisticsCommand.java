package dev.rehome.cli;

import dev.rehome.cli.StatisticsViews.CollectView;
import dev.rehome.cli.StatisticsViews.Order;
import dev.rehome.dashboard.StatisticsView;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.statistics.CollectReport;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how large tenants are and how much they do. */
@Command(
        name = "statistics",
        description = {
            "Shows how large tenants are and how much they do: of one, with its history, or of the first by some figure.",
            "Exit status 1 if --collect could not look at a database."
        })
final class StatisticsCommand extends OperatorCommand {
    @Parameters(paramLabel = "TENANT", arity = "0..1", description = "Only this one, with its history.")
    private @Nullable String tenant;

    @Option(names = "--collect", description = "First look how large tenants are now. A round counts so many at most.")
    private boolean collect;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Only so many. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--by",
            paramLabel = "FIGURE",
            defaultValue = "bytes",
            description =
                    "The first by this figure: rows, bytes, transactions, writes, average, p99, or the name of a table."
                            + " Default: ${DEFAULT-VALUE}.")
    private String by = "bytes";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "7d",
            description = "How far back a tenant's history goes. Default: ${DEFAULT-VALUE}.")
    private String since = "7d";

    /** @param collected absent unless asked for */
    record AllView(@Nullable CollectView collected, List<StatisticsView> tenants) {}

    /** @param history oldest first */
    record OneView(@Nullable CollectView collected, StatisticsView now, List<StatisticsView> history) {}

    @Override
    public Integer call() {
        if (top < 1) {
            throw new RehomeException(ErrorKind.USER, "--top is at least 1. Correct it.");
        }
        Duration back = duration("--since", since);
        OperatorTools tools = tools();
        tools.bringUpDirectory();
        CollectReport report = collect ? tools.statisticsCollector().collect() : null;
        if (report != null && !json()) {
            err().println(StatisticsViews.text(report));
            err().flush();
        }
        CollectView collected = report == null ? null : CollectView.of(report);
        if (tenant == null) {
            printAll(tools.statistics(), collected);
        } else {
            printOne(tools.statistics(), TenantId.parse(tenant), Instant.now().minus(back), collected);
        }
        return report == null || report.failures().isEmpty() ? 0 : BAD_RESULT;
    }

    private void printAll(StatisticsDirectory statistics, @Nullable CollectView collected) {
        List<TenantStatistics> all = statistics.all();
        List<TenantStatistics> shown =
                all.stream().sorted(Order.by(by, all).reversed()).limit(top).toList();
        print(
                new AllView(collected, shown.stream().map(StatisticsView::of).toList()),
                StatisticsViews.table(shown, all.size()));
    }

    private void printOne(StatisticsDirectory statistics, TenantId id, Instant from, @Nullable CollectView collected) {
        TenantStatistics now = statistics
                .of(id)
                .orElseThrow(() -> new RehomeException(
                        ErrorKind.USER,
                        "Nothing is known of tenant " + id + " yet: it was never counted and has done nothing."
                                + " '--collect' counts it, if there is such a tenant."));
        List<TenantStatistics> history = statistics.history(id, from);
        print(
                new OneView(
                        collected,
                        StatisticsView.of(now),
                        history.stream().map(StatisticsView::of).toList()),
                StatisticsViews.text(now, history));
    }
}
