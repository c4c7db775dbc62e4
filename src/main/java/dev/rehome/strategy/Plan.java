package dev.rehome.strategy;

import dev.rehome.cost.FleetCost;
import dev.rehome.placement.Tier;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
        UUID id, Instant madeAt, String by, int tenants, FleetCost cost, List<PlanLine> lines, List<LeftTenant> left) {
    public Plan {
        lines = List.copyOf(lines);
        left = List.copyOf(left);
    }

    /** How many tenants would be in each tier, after all lines, of so many that are there now. */
    public Map<Tier, Long> tiersAfter(Map<Tier, Long> now) {
        return tiersAfter(now, lines);
    }

    static Map<Tier, Long> tiersAfter(Map<Tier, Long> now, List<PlanLine> lines) {
        Map<Tier, Long> after = new EnumMap<>(Tier.class);
        after.putAll(now);
        for (PlanLine line : lines) {
            after.merge(line.source().home().tier(), -1L, Long::sum);
            after.merge(line.target().tier(), 1L, Long::sum);
        }
        return after;
    }
}
