package dev.rehome.strategy;

import dev.rehome.placement.Tier;

/**
 * That a tenant should be in a tier, before anybody has looked whether it may and where there is room.
 *
 * @param urgency how far it is beyond what is the reason; orders wishes of the same kind
 */
record Wish(TenantFacts tenant, Tier tier, Reason reason, double urgency) {
    Tier from() {
        return tenant.placement().home().tier();
    }
}
