package dev.rehome.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;

/** Some of the {@link Metric}s. An application that has a registry of its own binds them to it, and refreshes them at its pace. */
public interface MeterSource extends MeterBinder {
    /** Takes in what has come or gone since: to be called before the figures are read. Never fails. */
    void refresh();
}
