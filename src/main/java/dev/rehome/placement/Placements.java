package dev.rehome.placement;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rehome.tenant.TenantArchivedException;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;

/**
 * The placements this process knows: read from the directory once, then kept. A cached placement may be overtaken by a
 * move; the home refuses it then and says where the tenant went, and {@link #learn} puts that here. Never goes back to an
 * older epoch. Thread-safe.
 */
public final class Placements {
    /** A placement takes about 200 bytes. */
    private static final int MAXIMUM_ENTRIES = 1_000_000;

    private final Directory directory;
    private final Cache<TenantId, Placement> cache =
            Caffeine.newBuilder().maximumSize(MAXIMUM_ENTRIES).build();

    public Placements(Directory directory) {
        this.directory = directory;
    }

    /**
     * Where the tenant lives.
     *
     * @throws UnknownTenantException if the directory does not know the tenant
     * @throws TenantArchivedException if it is archived
     */
    public Placement of(TenantId tenant) {
        Placement cached = cache.getIfPresent(tenant);
        return cached != null ? cached : cache.get(tenant, this::load);
    }

    /** Takes in a placement that a home has told, unless a newer one is known. Returns the newest known. */
    public Placement learn(Placement told) {
        return cache.asMap()
                .merge(told.tenant(), told, (known, other) -> other.epoch().isAfter(known.epoch()) ? other : known);
    }

    /**
     * Reads the directory again, for a tenant whose cached home does not know it or is gone. Returns the newest known.
     *
     * @throws UnknownTenantException if the directory does not know the tenant
     * @throws TenantArchivedException if it is archived
     */
    public Placement reload(TenantId tenant) {
        return learn(load(tenant));
    }

    private Placement load(TenantId tenant) {
        return directory
                .find(tenant)
                .orElseThrow(() -> directory.isArchived(tenant)
                        ? new TenantArchivedException(tenant)
                        : new UnknownTenantException(tenant));
    }
}
