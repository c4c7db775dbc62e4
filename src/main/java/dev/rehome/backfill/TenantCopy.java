package dev.rehome.backfill;

import dev.rehome.fence.Lease;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;

/**
 * What a backfill copies, and where to. Immutable.
 *
 * @param lease claimed at the target; without it nothing is written there
 * @param freshTarget whether the target has the tables, but no other tenant, no user and no row-level security yet: it loses
 *     its keys, indexes and foreign keys during the load and gets back what the source has
 */
public record TenantCopy(Lease lease, Home source, Home target, boolean freshTarget) {
    public TenantCopy {
        if (source.equals(target)) {
            throw new IllegalArgumentException(
                    "Tenant " + lease.tenant() + " cannot be copied from " + source + " to itself.");
        }
    }

    TenantId tenant() {
        return lease.tenant();
    }
}
