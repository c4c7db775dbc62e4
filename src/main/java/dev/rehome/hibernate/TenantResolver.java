package dev.rehome.hibernate;

import dev.rehome.jdbc.DatabaseUrl;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantContext;
import dev.rehome.tenant.TenantId;
import java.util.UUID;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;

/** Tells Hibernate whose session it opens: the tenant of {@link TenantContext}, and no other by default. Thread-safe. */
final class TenantResolver implements CurrentTenantIdentifierResolver<UUID> {
    private final Placements placements;
    private final Servers servers;

    TenantResolver(Placements placements, Servers servers) {
        this.placements = placements;
        this.servers = servers;
    }

    @Override
    public UUID resolveCurrentTenantIdentifier() {
        return TenantContext.require().value();
    }

    @Override
    public boolean validateExistingCurrentSessions() {
        return true;
    }

    /**
     * Whether Hibernate's own filter is switched off. It costs plan caching on every read, and where a tenant has tables
     * of its own under row-level security it adds nothing. In shared tables both stay on; on H2 there is nothing else.
     */
    @Override
    public boolean isRoot(UUID tenantId) {
        Placement placement = placements.of(TenantId.of(tenantId));
        return placement.home().tier() != Tier.SHARED
                && servers.url(placement.home().database()).product() == DatabaseUrl.Product.POSTGRESQL;
    }
}
