package dev.rehome.config;

import dev.rehome.config.StrategyRules.Auto;
import dev.rehome.placement.Server;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads {@code strategy}. */
final class RulesSection {
    private static final Duration SHORTEST_ROUND = Duration.ofSeconds(1);

    private RulesSection() {}

    /** @param databases empty after a problem with them: then nobody knows which regions there are */
    static StrategyRules read(YamlMap map, Optional<DatabaseConfig> databases) {
        return new StrategyRules(
                map.find("auto", Values.oneOf(Auto.class)).orElse(Auto.OFF),
                map.find("round", Values.durationAtLeast(SHORTEST_ROUND)).orElse(Duration.ofMinutes(15)),
                map.find("statistics_max_age", Values.durationAtLeast(SHORTEST_ROUND))
                        .orElse(Duration.ofDays(1)),
                map.find("settle", Values.durationAtLeast(Duration.ZERO)).orElse(Duration.ofHours(1)),
                map.find("down_below", Values.percent()).orElse(70),
                map.find("cool_down", Values.durationAtLeast(Duration.ZERO)).orElse(Duration.ofDays(7)),
                map.list("windows", Values::window),
                optionalInt(map.find("moves_per_night", Values.intAtLeast(1))),
                map.find("bytes_per_hour", Values::bytes).map(OptionalLong::of).orElse(OptionalLong.empty()),
                optionalInt(map.find("schemas_per_database", Values.intAtLeast(1))),
                optionalInt(map.find("transactions_per_server", Values.intAtLeast(1))),
                pinned(map),
                regions(map.map("tenant_regions"), databases));
    }

    private static Set<TenantId> pinned(YamlMap map) {
        List<TenantId> listed = map.list("pinned", Values::tenant);
        Set<TenantId> pinned = new HashSet<>();
        listed.stream()
                .filter(tenant -> !pinned.add(tenant))
                .forEach(tenant -> map.problem("pinned", "has " + tenant + " twice"));
        return pinned;
    }

    private static Map<TenantId, String> regions(YamlMap map, Optional<DatabaseConfig> databases) {
        Optional<List<String>> known = databases.map(RulesSection::regions);
        Map<TenantId, String> regions = new HashMap<>();
        for (String key : map.keys()) {
            Optional<String> region = map.find(key, Values::word);
            if (region.isPresent() && known.isPresent() && !known.get().contains(region.get())) {
                map.problem(key, "must be the region of a server; those are " + String.join(", ", known.get()));
            }
            try {
                TenantId tenant = Values.tenant(new Scalar(key, false));
                if (regions.putIfAbsent(tenant, region.orElse("")) != null) {
                    map.problem(key, "is given twice, in other letters");
                }
            } catch (IllegalArgumentException e) {
                map.problem(key, String.valueOf(e.getMessage()));
            }
        }
        return regions;
    }

    private static List<String> regions(DatabaseConfig databases) {
        return databases.servers().all().stream()
                .map(Server::region)
                .distinct()
                .sorted()
                .toList();
    }

    private static OptionalInt optionalInt(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElse(OptionalInt.empty());
    }
}
