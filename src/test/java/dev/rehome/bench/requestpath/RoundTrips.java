package dev.rehome.bench.requestpath;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Counts what a transaction costs in round trips, single-threaded and through a proxy, apart from all timing. */
final class RoundTrips {
    /** Enough for the driver to have its statements prepared on the server and for Hibernate to have its plans. */
    private static final int WARM_UP = 30;

    private static final int COUNTED = 100;

    private RoundTrips() {}

    /** Round trips of a transaction: the median, since on a busy machine a flush may arrive, and be answered, in pieces. */
    static Map<Variant.Name, Map<Scenario, Double>> count(Stage stage, int customers) throws Exception {
        Map<Variant.Name, Map<Scenario, Double>> counts = new EnumMap<>(Variant.Name.class);
        try (RoundTripProxy proxy = RoundTripProxy.before(stage.authority(), Duration.ZERO);
                Variants variants = Variants.open(stage, proxy.authority())) {
            for (Variant variant : variants.all()) {
                Map<Scenario, Double> counted = new EnumMap<>(Scenario.class);
                for (Scenario scenario : Scenario.values()) {
                    for (int i = 0; i < WARM_UP; i++) {
                        scenario.run(variant, i % customers);
                    }
                    long[] trips = new long[COUNTED];
                    for (int i = 0; i < COUNTED; i++) {
                        long before = proxy.roundTrips();
                        scenario.run(variant, i % customers);
                        trips[i] = proxy.roundTrips() - before;
                    }
                    Arrays.sort(trips);
                    counted.put(scenario, (double) trips[COUNTED / 2]);
                }
                counts.put(variant.name(), counted);
            }
        }
        return counts;
    }
}
