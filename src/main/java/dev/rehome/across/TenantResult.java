package dev.rehome.across;

import dev.rehome.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/** What came of the work for one tenant. */
public sealed interface TenantResult<T extends @Nullable Object> {
    TenantId tenant();

    /** The work has ended well. */
    record Done<T extends @Nullable Object>(TenantId tenant, T value) implements TenantResult<T> {}

    /** The work has thrown this; the other tenants' is not touched by it. */
    record Failed<T extends @Nullable Object>(TenantId tenant, Throwable failure) implements TenantResult<T> {}
}
