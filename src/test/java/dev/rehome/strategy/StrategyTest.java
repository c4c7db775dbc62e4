package dev.rehome.strategy;

import static dev.rehome.strategy.PlannedFleet.FLAT;
import static dev.rehome.strategy.PlannedFleet.HYBRID;
import static dev.rehome.strategy.PlannedFleet.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.placement.Tier;
import dev.rehome.statistics.TenantStatistics;
import dev.rehome.strategy.PlannedFleet.Figures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StrategyTest {
    private static final Duration LONG_AGO = Duration.ofDays(60);

    @Test
    void whoIsBeyondAnyFlatThresholdShouldHaveADatabase() {
        PlannedFleet fleet = new PlannedFleet(FLAT)
                .with(1, Tier.SHARED, Figures.customers(100_000))
                .with(2, Tier.SHARED, Figures.customers(100_001))
                .with(3, Tier.SHARED, Figures.customers(10).orders(612_340))
                .with(4, Tier.SHARED, Figures.customers(10).queryTime(Duration.ofMillis(250)))
                .with(5, Tier.DATABASE, Figures.customers(200_000));

        assertEquals(
                List.of(
                        "4 SHARED default -> DATABASE default QUERY_TIME: avg_query_time 250 ms > 200 ms",
                        "3 SHARED default -> DATABASE default SIZE: orders 612,340 > 500,000",
                        "2 SHARED default -> DATABASE default SIZE: customers 100,001 > 100,000"),
                fleet.wishes());
        assertEquals(List.of(), fleet.left());
    }

    @Test
    void byTierTheMiddleShouldHaveASchema() {
        PlannedFleet fleet = new PlannedFleet(HYBRID)
                .with(1, Tier.SHARED, Figures.customers(9_999))
                .with(2, Tier.SHARED, Figures.customers(12_000))
                .with(3, Tier.SHARED, Figures.customers(150_000))
                .with(4, Tier.SCHEMA, Figures.customers(150_000));

        assertEquals(
                List.of(
                        "3 SHARED default -> DATABASE default SIZE: customers 150,000 > 100,000",
                        "4 SCHEMA default -> DATABASE default SIZE: customers 150,000 > 100,000",
                        "2 SHARED default -> SCHEMA default SIZE: customers 12,000 > 10,000"),
                fleet.wishes());
    }

    @Test
    void anOverrideCountsBeforeThresholdsInBothDirectionsAndNeedsNoStatistics() {
        PlannedFleet fleet = new PlannedFleet(
                        FLAT,
                        "{ \"" + PlannedFleet.tenant(1) + "\": database, \"" + PlannedFleet.tenant(2) + "\": shared }",
                        "")
                .with(1, Tier.SHARED, Figures.customers(1).notMeasured())
                .with(2, Tier.SHARED, Figures.customers(900_000))
                .with(3, Tier.SHARED, Figures.customers(1).notMeasured());

        assertEquals(
                List.of("1 SHARED default -> DATABASE default OVERRIDE: tenant_overrides says database"),
                fleet.wishes());
        assertEquals(List.of("3 NOT_MEASURED"), fleet.left());
        assertEquals(
                "not known, as its rows have not been counted",
                fleet.plan().lines().get(0).expected().basis());
    }

    @Test
    void whoHasShrunkGoesDownOnlyWhenWellBelowTheThresholds() {
        PlannedFleet fleet = new PlannedFleet(HYBRID)
                .with(1, Tier.DATABASE, Figures.customers(71_000))
                .with(2, Tier.DATABASE, Figures.customers(69_000))
                .with(3, Tier.SCHEMA, Figures.customers(7_100))
                .with(4, Tier.SCHEMA, Figures.customers(6_900))
                .with(5, Tier.DATABASE, Figures.customers(100).queryTime(Duration.ofMillis(150)))
                .with(6, Tier.DATABASE, Figures.customers(100));

        assertEquals(
                List.of(
                        "2 DATABASE default -> SCHEMA default SHRUNK: customers 69,000 <= 70,000,"
                                + " orders 138,000 <= 350,000, avg_query_time 20 ms <= 140 ms (70% of the thresholds)",
                        "4 SCHEMA default -> SHARED default SHRUNK: customers 6,900 <= 7,000 (70% of the thresholds)",
                        "6 DATABASE default -> SHARED default SHRUNK: customers 100 <= 7,000, orders 200 <= 350,000,"
                                + " avg_query_time 20 ms <= 140 ms (70% of the thresholds)"),
                fleet.wishes());
    }

    @Test
    void whoIsNearAThresholdIsSeenByWhateverComesNearestToAnyHigherTier() {
        PlannedFleet fleet = new PlannedFleet(HYBRID, "{ \"" + PlannedFleet.tenant(6) + "\": schema }", "")
                .with(1, Tier.SHARED, Figures.customers(7_900))
                .with(2, Tier.SHARED, Figures.customers(8_100))
                .with(3, Tier.SHARED, Figures.customers(8_100).queryTime(Duration.ofMillis(190)))
                .with(4, Tier.SCHEMA, Figures.customers(50_000).queryTime(Duration.ofMillis(220)))
                .with(
                        5,
                        Tier.SCHEMA,
                        Figures.customers(50_000)
                                .queryTime(Duration.ofMillis(220))
                                .transactions(0.001))
                .with(6, Tier.SCHEMA, Figures.customers(99_000))
                .with(7, Tier.DATABASE, Figures.customers(900_000))
                .with(8, Tier.SHARED, Figures.customers(1).notMeasured());

        assertEquals(
                List.of(
                        "4 SCHEMA of DATABASE avg_query_time 220 of 200",
                        "3 SHARED of DATABASE avg_query_time 190 of 200",
                        "2 SHARED of SCHEMA customers 8,100 of 10,000"),
                fleet.near(0.8));
    }

    @Test
    void whoCameForItsQueryTimeStaysThoughItIsFastNow() {
        PlannedFleet fleet = new PlannedFleet(FLAT)
                .with(
                        1,
                        Tier.DATABASE,
                        Figures.customers(100).moved(Tier.SHARED, Tier.DATABASE, LONG_AGO, Reason.Kind.QUERY_TIME))
                .with(
                        2,
                        Tier.DATABASE,
                        Figures.customers(100).moved(Tier.SHARED, Tier.DATABASE, LONG_AGO, Reason.Kind.SIZE));

        assertEquals(1, fleet.wishes().size());
        assertEquals(List.of("1 QUERY_TIME"), fleet.left());
    }

    @Test
    void theQueryTimeOfAStorefrontThatDoesNextToNothingDecidesNothing() {
        PlannedFleet fleet = new PlannedFleet(FLAT)
                .with(
                        1,
                        Tier.SHARED,
                        Figures.customers(5).queryTime(Duration.ofSeconds(3)).transactions(0.001));

        assertEquals(List.of(), fleet.wishes());
    }

    @Test
    void nothingIsDecidedByOldOrMissingStatistics() {
        PlannedFleet fleet = new PlannedFleet(FLAT)
                .with(1, Tier.SHARED, Figures.customers(900_000).measuredAt(NOW.minus(Duration.ofDays(2))))
                .with(2, Tier.SHARED, Figures.customers(900_000).notMeasured());

        assertEquals(List.of(), fleet.wishes());
        assertEquals(List.of("1 STALE", "2 NOT_MEASURED"), fleet.left());
        assertEquals(
                "measured 2 days ago, which is longer than 24 h",
                fleet.plan().left().get(0).text());
    }

    @Test
    void whoIsOutsideItsRegionIsFirstAndGoesWhateverElseHoldsItButAPin() {
        PlannedFleet fleet = new PlannedFleet(
                        FLAT,
                        "",
                        "tenant_regions: { \"" + PlannedFleet.tenant(1) + "\": eu, \"" + PlannedFleet.tenant(2)
                                + "\": eu, \"" + PlannedFleet.tenant(3) + "\": eu, \"" + PlannedFleet.tenant(5)
                                + "\": us }, pinned: [\"" + PlannedFleet.tenant(2) + "\"]")
                .with(
                        1,
                        Tier.SHARED,
                        Figures.customers(300_000)
                                .orders(10)
                                .measuredAt(NOW.minus(LONG_AGO))
                                .moved(Tier.DATABASE, Tier.SHARED, Duration.ofHours(1), Reason.Kind.SHRUNK))
                .with(2, Tier.SHARED, Figures.customers(1))
                .with(3, Tier.SHARED, Figures.customers(300_000).orders(10))
                .with(4, Tier.SHARED, Figures.customers(10).queryTime(Duration.ofSeconds(1)))
                .with(5, Tier.SCHEMA, Figures.customers(1).on("eu-1"))
                .with(6, Tier.SHARED, Figures.customers(1).on("eu-1").transactions(500));

        assertEquals(
                List.of(
                        "1 SHARED default -> SHARED eu-2 REGION: has to be in region eu, and is in us",
                        "3 SHARED default -> DATABASE eu-2 REGION: has to be in region eu, and is in us;"
                                + " customers 300,000 > 100,000",
                        "5 SCHEMA eu-1 -> SHARED default REGION: has to be in region us, and is in eu;"
                                + " nothing asks for a schema, and default_type is shared",
                        "4 SHARED default -> DATABASE default QUERY_TIME: avg_query_time 1,000 ms > 200 ms"),
                fleet.wishes());
        assertEquals(List.of("2 PINNED"), fleet.left());
    }

    @Test
    void nobodyLeavesItsRegionForALargerTier() {
        PlannedFleet fleet = new PlannedFleet(FLAT)
                .with(1, Tier.SHARED, Figures.customers(300_000).orders(10).on("eu-1"));

        assertEquals(List.of("1 SHARED eu-1 -> DATABASE eu-1 SIZE: customers 300,000 > 100,000"), fleet.wishes());
    }

    @Test
    void whoWasMovedIsLeftAloneForAWhileAndNeverTurnsWithinADay() {
        PlannedFleet fleet = new PlannedFleet(FLAT, "{ \"" + PlannedFleet.tenant(3) + "\": shared }", "cool_down: 2d")
                .with(
                        1,
                        Tier.SCHEMA,
                        Figures.customers(300_000)
                                .orders(10)
                                .moved(Tier.SHARED, Tier.SCHEMA, Duration.ofDays(1), Reason.Kind.SIZE))
                .with(
                        2,
                        Tier.SCHEMA,
                        Figures.customers(300_000)
                                .orders(10)
                                .moved(Tier.SHARED, Tier.SCHEMA, Duration.ofDays(3), Reason.Kind.SIZE))
                .with(
                        3,
                        Tier.DATABASE,
                        Figures.customers(1).moved(Tier.SHARED, Tier.DATABASE, Duration.ofHours(23), Reason.Kind.SIZE))
                .with(4, Tier.SHARED, Figures.customers(300_000).orders(10).inMove())
                .with(5, Tier.SHARED, Figures.customers(300_000).orders(10).notActive());

        assertEquals(List.of("2 SCHEMA default -> DATABASE default SIZE: customers 300,000 > 100,000"), fleet.wishes());
        assertEquals(List.of("3 TURNED", "1 COOLING_DOWN", "4 IN_MOVE", "5 NOT_ACTIVE"), fleet.left());
    }

    @Test
    void aDatabaseWithTooManySchemasGivesItsLargestAwayAndTakesNoMore() {
        PlannedFleet fleet = new PlannedFleet(HYBRID, "", "schemas_per_database: 2")
                .with(1, Tier.SCHEMA, Figures.customers(20_000).on("eu-1"))
                .with(2, Tier.SCHEMA, Figures.customers(60_000).on("eu-1"))
                .with(3, Tier.SCHEMA, Figures.customers(30_000).on("eu-1"))
                .with(4, Tier.SCHEMA, Figures.customers(50_000).on("eu-1"))
                .with(5, Tier.SCHEMA, Figures.customers(50_000).on("eu-2"))
                .with(6, Tier.SHARED, Figures.customers(40_000).on("eu-1"));

        assertEquals(
                List.of(
                        "6 SHARED eu-1 -> SCHEMA eu-2 SIZE: customers 40,000 > 10,000",
                        "2 SCHEMA eu-1 -> DATABASE eu-1 SCHEMAS: 4 schemas in eu-1/shop > 2",
                        "4 SCHEMA eu-1 -> DATABASE eu-1 SCHEMAS: 3 schemas in eu-1/shop > 2"),
                fleet.wishes());
    }

    @Test
    void whoFindsNoRoomStaysAndIsNamed() {
        PlannedFleet fleet = new PlannedFleet(HYBRID, "", "schemas_per_database: 1")
                .with(1, Tier.SCHEMA, Figures.customers(20_000))
                .with(2, Tier.SHARED, Figures.customers(20_000));

        assertEquals(List.of(), fleet.wishes());
        assertEquals(List.of("2 NO_ROOM"), fleet.left());
    }

    @Test
    void aServerWithTooMuchToDoGivesItsBusiestToAnotherOfTheRegionThatCanBearIt() {
        PlannedFleet fleet = new PlannedFleet(FLAT, "", "transactions_per_server: 1000")
                .with(1, Tier.SHARED, Figures.customers(10).on("eu-1").transactions(900))
                .with(2, Tier.DATABASE, Figures.customers(200_000).on("eu-1").transactions(400))
                .with(3, Tier.SHARED, Figures.customers(10).on("eu-1").transactions(90))
                .with(4, Tier.SHARED, Figures.customers(10).on("eu-2").transactions(100));

        assertEquals(
                List.of("2 DATABASE eu-1 -> DATABASE eu-2 LOAD: 1,390 transactions/s on server eu-1 > 1,000"),
                fleet.wishes());
    }

    @Test
    void aDefaultTierAboveSharedIsTheLeast() {
        PlannedFleet fleet = new PlannedFleet(HYBRID).with(1, Tier.SHARED, Figures.customers(1));
        assertEquals(List.of(), fleet.wishes());

        assertEquals(Optional.empty(), up(Tier.DATABASE));
        assertEquals(
                "default_type is database",
                up(Tier.SHARED).map(asked -> asked.reason().text()).orElseThrow());
    }

    private static Optional<Sizes.Asked> up(Tier current) {
        return new Sizes(PlannedFleet.config(FLAT, "", "").thresholds(), Tier.DATABASE).up(current, statistics());
    }

    private static TenantStatistics statistics() {
        return new TenantStatistics(
                PlannedFleet.tenant(1),
                NOW,
                Map.of("customers", 1L, "orders", 1L),
                1,
                0,
                0,
                Duration.ZERO,
                Duration.ZERO);
    }

    @Test
    void theSameFactsGiveTheSamePlan() {
        PlannedFleet fleet = new PlannedFleet(FLAT)
                .with(2, Tier.SHARED, Figures.customers(300_000).orders(10))
                .with(1, Tier.SHARED, Figures.customers(300_000).orders(10));

        assertEquals(fleet.wishes(), fleet.wishes());
        assertTrue(fleet.wishes().get(0).startsWith("1 "), fleet.wishes().toString());
    }

    @Test
    void aPlanSaysWhatItCostsAndSaves() {
        Plan plan = new PlannedFleet(FLAT)
                .with(1, Tier.SHARED, Figures.customers(300_000).orders(10))
                .with(2, Tier.SHARED, Figures.customers(1))
                .plan();

        assertEquals("0.0500", plan.lines().get(0).before().low().toString());
        assertEquals("200.0000", plan.lines().get(0).after().high().toString());
        assertEquals("0.1000", plan.cost().now().low().toString());
        assertEquals("50.0500", plan.cost().after().low().toString());
        assertEquals("400.0000", plan.cost().databases().high().toString());
        assertEquals("99.9", plan.cost().savingPercentNow().toString());
        assertEquals("50.0", plan.cost().savingPercentAfter().toString());
    }
}
