package dev.rehome.cost;

import dev.rehome.config.PricesConfig;
import dev.rehome.config.PricesConfig.Price;
import dev.rehome.placement.Tier;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;

/**
 * What tenants cost by the operator's prices. A price of many tenants together counts by the part of them: half of the tenants, half
 * of the price. Immutable.
 */
public final class Pricing {
    private final PricesConfig prices;

    public Pricing(PricesConfig prices) {
        this.prices = prices;
    }

    /** Of one tenant. */
    public Cost of(Tier tier) {
        return of(tier, 1);
    }

    public Cost of(Tier tier, long tenants) {
        Price price = prices.of(tier);
        return new Cost(share(price.low(), price, tenants), share(price.high(), price, tenants));
    }

    private static BigDecimal share(BigDecimal amount, Price price, long tenants) {
        return amount.multiply(BigDecimal.valueOf(tenants))
                .divide(BigDecimal.valueOf(price.tenants()), MathContext.DECIMAL64);
    }

    /**
     * Of the fleet.
     *
     * @param now how many tenants are in each tier
     * @param after how many would be
     */
    public FleetCost fleet(Map<Tier, Long> now, Map<Tier, Long> after) {
        long tenants = now.values().stream().mapToLong(Long::longValue).sum();
        return new FleetCost(prices.currency(), sum(now), sum(after), of(Tier.DATABASE, tenants));
    }

    private Cost sum(Map<Tier, Long> tenants) {
        return tenants.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .reduce(Cost.ZERO, Cost::plus);
    }
}
