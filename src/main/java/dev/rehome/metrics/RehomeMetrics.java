package dev.rehome.metrics;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of a process in Prometheus' text format, for {@code /metrics}. Needs {@code micrometer-registry-prometheus}. Thread-safe.
 *
 * <pre>{@code
 * var metrics = new RehomeMetrics().add(new ConnectionMetrics(layer.connections()));
 * String page = metrics.scrape();
 * }</pre>
 */
public final class RehomeMetrics implements AutoCloseable {
    /** Of what {@link #scrape} returns. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<MeterSource> sources = new ArrayList<>();

    /** Adds some, at any time. */
    public synchronized RehomeMetrics add(MeterSource source) {
        source.bindTo(registry);
        sources.add(source);
        return this;
    }

    /** All figures as they are now. One scrape at a time: others wait. */
    public synchronized String scrape() {
        sources.forEach(MeterSource::refresh);
        return registry.scrape(CONTENT_TYPE);
    }

    /** For further meters, those of the JVM for instance. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    @Override
    public void close() {
        registry.close();
    }
}
