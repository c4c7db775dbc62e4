package dev.rehome.metrics;

import dev.rehome.error.RehomeException;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.statistics.TenantStatistics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics of the largest and the busiest tenants: a monitoring system pays for each value of a label, so the others are not there.
 * Read once a minute at most. Thread-safe; bound to one registry.
 */
public final class TenantMetrics implements MeterSource {
    private static final Logger LOG = LoggerFactory.getLogger(TenantMetrics.class);
    private static final Duration LEAST = Duration.ofMinutes(1);

    private final StatisticsDirectory statistics;
    private final int top;
    private final Rows rows = new Rows();
    private long nextReadNanos = System.nanoTime();

    /** @param top so many by bytes, and as many by transactions */
    public TenantMetrics(StatisticsDirectory statistics, int top) {
        this.statistics = statistics;
        this.top = top;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        rows.bind(
                registry,
                Metric.TENANT_ROWS,
                Metric.TENANT_SIZE,
                Metric.TENANT_TRANSACTION_RATE,
                Metric.TENANT_WRITE_RATE,
                Metric.TENANT_QUERY_AVERAGE,
                Metric.TENANT_QUERY_P99);
        refresh();
    }

    @Override
    public synchronized void refresh() {
        if (System.nanoTime() - nextReadNanos < 0) {
            return;
        }
        nextReadNanos = System.nanoTime() + LEAST.toNanos();
        try {
            List<TenantStatistics> all = statistics.all();
            Set<TenantStatistics> shown = new LinkedHashSet<>(top(all, TenantStatistics::bytes));
            shown.addAll(top(all, TenantStatistics::transactionsPerSecond));
            show(shown);
        } catch (RehomeException e) {
            LOG.warn("note=the statistics of tenants cannot be read for metrics: {}", e.getMessage());
        }
    }

    private List<TenantStatistics> top(List<TenantStatistics> all, ToDoubleFunction<TenantStatistics> by) {
        return all.stream()
                .sorted(Comparator.comparingDouble(by).reversed())
                .limit(top)
                .toList();
    }

    private void show(Set<TenantStatistics> shown) {
        set(shown, Metric.TENANT_ROWS, TenantStatistics::totalRows);
        set(shown, Metric.TENANT_SIZE, TenantStatistics::bytes);
        set(shown, Metric.TENANT_TRANSACTION_RATE, TenantStatistics::transactionsPerSecond);
        set(shown, Metric.TENANT_WRITE_RATE, TenantStatistics::writesPerSecond);
        set(shown, Metric.TENANT_QUERY_AVERAGE, each -> each.averageQueryTime().toNanos() / 1e9);
        set(shown, Metric.TENANT_QUERY_P99, each -> each.p99QueryTime().toNanos() / 1e9);
    }

    private void set(Set<TenantStatistics> shown, Metric metric, ToDoubleFunction<TenantStatistics> value) {
        rows.set(
                metric,
                shown.stream()
                        .map(each -> metric.row(
                                value.applyAsDouble(each), each.tenant().toString()))
                        .collect(Collectors.toList()));
    }
}
