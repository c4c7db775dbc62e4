package dev.rehome.audit;

import dev.rehome.tenant.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * Which entries are asked for. Immutable.
 *
 * @param tenant only what was done with this one
 * @param area only what belongs to this area
 * @param since only what is not older
 * @param before only what is older: for the next page
 */
public record AuditFilter(
        Optional<TenantId> tenant, Optional<String> area, Optional<Instant> since, Optional<Instant> before) {
    public static final AuditFilter ALL =
            new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public static AuditFilter of(TenantId tenant) {
        return new AuditFilter(Optional.of(tenant), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
