package dev.rehome.bench.requestpath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundTripsTest {
    @Test
    void noTierAddsARoundTrip() throws Exception {
        SampleRows rows = new SampleRows(20, 2);
        try (Stage stage = Stage.set(rows, 1)) {
            Map<Variant.Name, Map<Scenario, Double>> counted = RoundTrips.count(stage, rows.customers());

            assertEquals(expected(), counted.get(Variant.Name.PLAIN));
            assertEquals(expected(), counted.get(Variant.Name.TENANT_ID));
            assertEquals(expected(), counted.get(Variant.Name.SHARED));
            assertEquals(expected(), counted.get(Variant.Name.SCHEMA));
            assertEquals(expected(), counted.get(Variant.Name.DATABASE));
        }
    }

    /** A statement or a batch each, and the commit. */
    private static Map<Scenario, Double> expected() {
        Map<Scenario, Double> trips = new EnumMap<>(Scenario.class);
        trips.put(Scenario.CUSTOMER_BY_EMAIL, 2.0);
        trips.put(Scenario.ORDER_WITH_3_ITEMS, 3.0);
        trips.put(Scenario.CART_WITH_ITEMS, 4.0);
        return trips;
    }
}
