package dev.rehome.placement;

import dev.rehome.tenant.TenantId;
import java.util.Optional;

/** Whose name is this? Thread-safe; failures of the database are {@code RehomeException}s (EXTERNAL). */
@FunctionalInterface
public interface TenantNames {

    /** @param name as somebody outside has sent it: it may be anything */
    Optional<TenantId> find(String name);
}
