package dev.rehome.tenant;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The tenant on whose behalf this thread works. There is no default tenant, and a new thread inherits none: work that
 * moves to another thread names its tenant again.
 */
public final class TenantContext {
    private static final ThreadLocal<@Nullable TenantId> CURRENT = new ThreadLocal<>();

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
        TenantId previous = CURRENT.get();
        CURRENT.set(tenant);
        try {
            return work.call();
        } finally {
            restore(previous);
        }
    }

    /** As {@link #call}, for work that returns nothing and throws nothing checked. */
    public static void run(TenantId tenant, Runnable work) {
        TenantId previous = CURRENT.get();
        CURRENT.set(tenant);
        try {
            work.run();
        } finally {
            restore(previous);
        }
    }

    private static void restore(@Nullable TenantId previous) {
        if (previous == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(previous);
        }
    }
}
