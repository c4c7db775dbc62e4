package dev.rehome.placement;

import dev.rehome.tenant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The index of all tenants and their placements. What a home's own residency row says wins over it. Thread-safe;
 * failures of the database are {@code RehomeException}s (EXTERNAL).
 */
public interface Directory {

    Optional<Placement> find(TenantId tenant);

    /** Whether a tenant without a placement has its rows in a file. */
    default boolean isArchived(TenantId tenant) {
        return false;
    }

    /** The homes that tenants are about to live in: those of moves that have copied all there was. */
    default Map<TenantId, Home> destinations() {
        return Map.of();
    }

    /** Adds a new tenant. Does nothing if it is already known at this epoch or a later one. */
    void add(Placement placement, String name);

    /** Records a newer placement. Does nothing if the directory already has this epoch or a later one; so it can be repeated. */
    void advance(Placement placement);

    /** Placements in the order of their tenants, at most {@code limit}, beginning behind {@code after}. */
    List<Placement> page(@Nullable TenantId after, int limit);
}
