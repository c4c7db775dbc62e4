package dev.rehome.config;

import dev.rehome.placement.Tier;
import java.math.BigDecimal;

/**
 * What tenants cost a month, by tier. Immutable.
 *
 * @param currency as it is shown
 */
public record PricesConfig(String currency, Price shared, Price schema, Price database) {

    /**
     * A range of prices.
     *
     * @param low at least, for so many tenants
     * @param high at most, for so many tenants
     * @param tenants that this is the price of
     */
    public record Price(BigDecimal low, BigDecimal high, int tenants) {}

    /** Of a few servers for ten thousand storefronts, and of managed databases of the smallest kinds. */
    static final PricesConfig DEFAULT =
            new PricesConfig("USD", price(500, 2000, 10_000), price(500, 2000, 1_000), price(50, 200, 1));

    public Price of(Tier tier) {
        return switch (tier) {
            case SHARED -> shared;
            case SCHEMA -> schema;
            case DATABASE -> database;
        };
    }

    private static Price price(long low, long high, int tenants) {
        return new Price(BigDecimal.valueOf(low), BigDecimal.valueOf(high), tenants);
    }
}
