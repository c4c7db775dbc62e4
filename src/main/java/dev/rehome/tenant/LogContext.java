package dev.rehome.tenant;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/**
 * The tenant in the log context: SLF4J's MDC, under the key {@value #KEY}. Left alone where no log shows it, which is where
 * SLF4J brings its own adapter: that one would also have new threads inherit the tenant. Thread-safe.
 */
final class LogContext {
    static final String KEY = "tenant";

    private final @Nullable MDCAdapter adapter;

    /** @param adapter of the log's back end; null if there is none */
    LogContext(@Nullable MDCAdapter adapter) {
        this.adapter = adapter instanceof BasicMDCAdapter || adapter instanceof NOPMDCAdapter ? null : adapter;
    }

    static LogContext ofSlf4j() {
        return new LogContext(MDC.getMDCAdapter());
    }

    /** Puts the tenant there, and returns what {@link #restore} wants back. */
    @Nullable
    String put(@Nullable TenantId tenant) {
        if (adapter == null) {
            return null;
        }
        String previous = adapter.get(KEY);
        restore(tenant == null ? null : tenant.toString());
        return previous;
    }

    void restore(@Nullable String previous) {
        if (adapter == null) {
            return;
        }
        if (previous == null) {
            adapter.remove(KEY);
        } else {
            adapter.put(KEY, previous);
        }
    }
}
