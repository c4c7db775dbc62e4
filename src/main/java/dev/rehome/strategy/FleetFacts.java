package dev.rehome.strategy;

import dev.rehome.move.Experience;
import dev.rehome.placement.Tier;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a plan is made from, beside the configuration. Immutable.
 *
 * @param now the time by the clock of whoever asks
 * @param experience what earlier moves took
 */
public record FleetFacts(Instant now, List<TenantFacts> tenants, Experience experience) {
    public FleetFacts {
        tenants = List.copyOf(tenants);
    }

    /** How many tenants are in each tier. */
    public Map<Tier, Long> tiers() {
        Map<Tier, Long> tiers = new EnumMap<>(Tier.class);
        tenants.forEach(tenant -> tiers.merge(tenant.placement().home().tier(), 1L, Long::sum));
        return tiers;
    }
}
