package dev.rehome.placement;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rehome.tenant.TenantArchivedException;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import java.util.concurrent.atomic.LongAdder;

/**
 * The placements this process knows: read from the directory once, then kept. A cached placement may be overtaken by a
 * move; the home refuses it then and says where the tenant went, and {@link #learn} puts that here. Never goes back to an
 * older epoch. Thread-safe.
 */
public final class Placements {
    /** A placement takes about 200 bytes. */
    private static final int MAXIMUM_ENTRIES = 1_000_000;

    private final Directory directory;
    private final LongAdder loads = new LongAdder();
    private final LongAdder reloads = new LongAdder();
    private final LongAdder learned = new LongAdder();
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
        learned.increment();
        return keep(told);
    }

    private Placement keep(Placement told) {
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
        reloads.increment();
        return keep(find(tenant));
    }

    public PlacementFigures figures() {
        return new PlacementFigures(cache.estimatedSize(), loads.sum(), reloads.sum(), learned.sum());
    }

    private Placement load(TenantId tenant) {
        loads.increment();
        return find(tenant);
    }

    private Placement find(TenantId tenant) {
        return directory
                .find(tenant)
                .orElseThrow(() -> directory.isArchived(tenant)
                        ? new TenantArchivedException(tenant)
                        : new UnknownTenantException(tenant));
    }
}
