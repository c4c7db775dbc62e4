package dev.rehome.strategy;

import dev.rehome.cost.FleetCost;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the strategy wants of the fleet at a time. Immutable.
 *
 * @param by who had it made
 * @param tenants that were looked at
 * @param lines the most pressing first
 * @param left tenants that stay, though something speaks for a move or nobody can tell
 */
public record Plan(
        UUID id,
        Instant madeAt,
        String by,
        int tenants,
        FleetCost cost,
        List<PlanLine> lines,
        List<LeftTenant> left) {
    public Plan {
        lines = List.copyOf(lines);
        left = List.copyOf(left);
    }
}
