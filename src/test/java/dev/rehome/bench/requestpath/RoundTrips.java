package dev.rehome.bench.requestpath;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Counts what a transaction costs in round trips, single-threaded and through a proxy, apart from all timing. */
final class RoundTrips {
    /** Enough for the driver to have its statements prepared on the server and for Hibernate to have its plans. */
    private static final int WARM_UP = 30;

    private static final int COUNTED = 100;

    private RoundTrips() {}

    /** Mean round trips per transaction. */
    static Map<Variant.Name, Map<Scenario, Double>> count(Stage stage, int customers) throws Exception {
        Map<Variant.Name, Map<Scenario, Double>> counts = new EnumMap<>(Variant.Name.class);
        try (RoundTripProxy proxy = RoundTripProxy.before(stage.authority(), Duration.ZERO);
                Variants variants = Variants.open(stage, proxy.authority())) {
            for (Variant variant : variants.all()) {
                Map<Scenario, Double> counted = new EnumMap<>(Scenario.class);
                for (Scenario scenario : Scenario.values()) {
                    run(variant, scenario, WARM_UP, customers);
                    long before = proxy.roundTrips();
                    run(variant, scenario, COUNTED, customers);
                    counted.put(scenario, (double) (proxy.roundTrips() - before) / COUNTED);
                }
                counts.put(variant.name(), counted);
            }
        }
        return counts;
    }

    private static void run(Variant variant, Scenario scenario, int times, int customers) {
        for (int i = 0; i < times; i++) {
            scenario.run(variant, i % customers);
        }
    }
}
