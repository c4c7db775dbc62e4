package dev.rehome.automation;

import dev.rehome.statistics.CollectReport;
import dev.rehome.statistics.StatisticsCollector;
import java.time.Duration;
import java.util.Locale;

/** Measures how large tenants are, as far as a round goes. */
final class CollectStatistics implements Duty {
    static final String NAME = "collect statistics";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration interval(NodeTools tools) {
        return tools.config().automation().statistics();
    }

    @Override
    public String run(NodeTools tools, Watch watch) {
        CollectReport report = new StatisticsCollector(
                        tools.servers(),
                        tools.directory(),
                        tools.connections(),
                        tools.config().databases().tenantColumn(),
                        tools.config().statistics())
                .collect();
        return String.format(
                Locale.ROOT,
                "%,d homes of one tenant read, %,d tenants of shared tables counted, %,d unchanged, %,d left to count%s",
                report.ownHomes(),
                report.counted(),
                report.unchanged(),
                report.leftToCount(),
                report.failures().isEmpty() ? "" : "; not looked at: " + report.failures());
    }
}
