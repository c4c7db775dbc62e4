package dev.rehome.tenant;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The tenant on whose behalf this thread works. There is no default tenant, and a new thread inherits none: work that
 * moves to another thread takes its context along with {@link #captured()}, or names its tenant again.
 *
 * <p>While a tenant is bound, log lines have it in SLF4J's MDC under {@code tenant}.
 */
public final class TenantContext {
    private static final ThreadLocal<@Nullable TenantId> CURRENT = new ThreadLocal<>();
    private static final LogContext LOG = LogContext.ofSlf4j();

    private TenantContext() {}

    /** @throws NoTenantException if no tenant is set */
    public static TenantId require() {
        TenantId tenant = CURRENT.get();
        if (tenant == null) {
            throw new NoTenantException();
        }
        return tenant;
    }

    public static Optional<TenantId> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** Runs the work on behalf of the tenant, and restores the previous tenant on every way out. */
    public static <T extends @Nullable Object> T call(TenantId tenant, Callable<T> work) throws Exception {
        Restoration before = bind(tenant);
        try {
            return work.call();
        } finally {
            before.restore();
        }
    }

    /** As {@link #call}, for work that returns nothing and throws nothing checked. */
    public static void run(TenantId tenant, Runnable work) {
        Restoration before = bind(tenant);
        try {
            work.run();
        } finally {
            before.restore();
        }
    }

    /**
     * This thread's context, to be taken to another thread: its tenant, and the transaction mode if one is bound. A thread
     * without a tenant has a context too; work that runs in it finds no tenant, whatever the other thread had.
     */
    public static CapturedContext captured() {
        return new CapturedContext(CURRENT.get(), CarriedValue.bindings());
    }

    /** Binds a tenant, or none, until the result is restored. */
    static Restoration bind(@Nullable TenantId tenant) {
        Restoration before = new Restoration(CURRENT.get(), LOG.put(tenant));
        set(tenant);
        return before;
    }

    /** What was bound before. */
    record Restoration(@Nullable TenantId tenant, @Nullable String logged) {
        void restore() {
            set(tenant);
            LOG.restore(logged);
        }
    }

    private static void set(@Nullable TenantId tenant) {
        if (tenant == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(tenant);
        }
    }
}
