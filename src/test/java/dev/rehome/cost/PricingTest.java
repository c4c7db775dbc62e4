package dev.rehome.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.config.PricesConfig;
import dev.rehome.config.PricesConfig.Price;
import dev.rehome.placement.Tier;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PricingTest {
    private static final Pricing PRICING = new Pricing(
            new PricesConfig("EUR", price("500", "2000", 10_000), price("5", "20", 1), price("50", "200", 1)));

    @Test
    void tenThousandStorefrontsCostWhatTheirPriceSaysAndOneItsPart() {
        assertEquals(new Cost(new BigDecimal("500"), new BigDecimal("2000")), PRICING.of(Tier.SHARED, 10_000));
        assertEquals(new Cost(new BigDecimal("0.05"), new BigDecimal("0.2")), PRICING.of(Tier.SHARED));
        assertEquals(Cost.ZERO, PRICING.of(Tier.DATABASE, 0));
    }

    @Test
    void aPriceThatDoesNotDivideEvenlyIsRoundedOnceForAll() {
        Pricing odd =
                new Pricing(new PricesConfig("EUR", price("1", "2", 3), price("5", "20", 1), price("50", "200", 1)));

        assertEquals(new Cost(new BigDecimal("0.3333"), new BigDecimal("0.6667")), odd.of(Tier.SHARED));
        assertEquals(new Cost(BigDecimal.ONE, BigDecimal.valueOf(2)), odd.of(Tier.SHARED, 3));
    }

    /** By hand: 9,900 · 0.05 + 90 · 5 + 10 · 50 = 1,445; 9,900 · 0.2 + 90 · 20 + 10 · 200 = 5,780; 10,000 · 50 to 200. */
    @Test
    void theFleetIsTheSumAndTheSavingIsAgainstADatabaseForEverybody() {
        Map<Tier, Long> now = Map.of(Tier.SHARED, 9_900L, Tier.SCHEMA, 90L, Tier.DATABASE, 10L);

        FleetCost cost = PRICING.fleet(now, Map.of(Tier.SHARED, 10_000L));

        assertEquals(new Cost(new BigDecimal("1445"), new BigDecimal("5780")), cost.now());
        assertEquals(new Cost(new BigDecimal("500"), new BigDecimal("2000")), cost.after());
        assertEquals(new Cost(new BigDecimal("500000"), new BigDecimal("2000000")), cost.databases());
        assertEquals("99.7", cost.savingPercentNow().toString());
        assertEquals("99.9", cost.savingPercentAfter().toString());
    }

    @Test
    void anEmptyFleetSavesNothing() {
        assertEquals("0", PRICING.fleet(Map.of(), Map.of()).savingPercentNow().toString());
    }

    private static Price price(String low, String high, int tenants) {
        return new Price(new BigDecimal(low), new BigDecimal(high), tenants);
    }
}
