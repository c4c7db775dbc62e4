package dev.rehome.placement;

/**
 * How the placements stand that this process knows. Immutable.
 *
 * @param known in the cache
 * @param loads from the directory, for tenants that were not in it
 * @param reloads from the directory, as a home did not know the tenant or was gone
 * @param learned from homes that had been left
 */
public record PlacementFigures(long known, long loads, long reloads, long learned) {}
