package dev.rehome.config;

import dev.rehome.config.MigrationThresholds.Threshold;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code migration_thresholds}: by tier, or in the flat form, which is about a database. */
final class ThresholdsSection {
    private static final String SCHEMA = "schema";
    private static final String DATABASE = "database";
    private static final String CUSTOMERS = "customers";
    private static final String ORDERS = "orders";
    private static final String QUERY_TIME = "avg_query_time";

    private ThresholdsSection() {}

    static MigrationThresholds read(YamlMap map) {
        if (!map.has(SCHEMA) && !map.has(DATABASE)) {
            return new MigrationThresholds(
                    map.require(CUSTOMERS, Values.longAtLeast(0)).orElse(0L),
                    map.require(ORDERS, Values.longAtLeast(0)).orElse(0L),
                    map.require(QUERY_TIME, Values.durationAtLeast(Duration.ZERO))
                            .orElse(Duration.ZERO));
        }
        Threshold schema = threshold(map.map(SCHEMA));
        Threshold database = threshold(map.map(DATABASE));
        requireOrder(map, CUSTOMERS, schema.customers(), database.customers());
        requireOrder(map, ORDERS, schema.orders(), database.orders());
        requireOrder(map, QUERY_TIME, nanos(schema), nanos(database));
        return new MigrationThresholds(schema, database);
    }

    private static Threshold threshold(YamlMap map) {
        return new Threshold(
                optional(map.find(CUSTOMERS, Values.longAtLeast(0))),
                optional(map.find(ORDERS, Values.longAtLeast(0))),
                map.find(QUERY_TIME, Values.durationAtLeast(Duration.ZERO)));
    }

    private static void requireOrder(YamlMap map, String key, OptionalLong schema, OptionalLong database) {
        if (schema.isPresent() && database.isPresent() && schema.getAsLong() > database.getAsLong()) {
            map.problem(
                    SCHEMA, "must not have more " + key + " than " + DATABASE + ", or nobody gets a schema for them");
        }
    }

    private static OptionalLong nanos(Threshold threshold) {
        return optional(threshold.averageQueryTime().map(Duration::toNanos));
    }

    private static OptionalLong optional(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }
}
