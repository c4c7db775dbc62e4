package dev.rehome.strategy;

import dev.rehome.move.Experience;
import java.time.Instant;
import java.util.List;

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
}
