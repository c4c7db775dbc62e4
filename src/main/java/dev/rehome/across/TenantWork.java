package dev.rehome.across;

import dev.rehome.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/** What is done for each tenant, which is bound to the thread while it runs. Called on several threads at once. */
@FunctionalInterface
public interface TenantWork<T extends @Nullable Object> {
    T forTenant(TenantId tenant) throws Exception;
}
