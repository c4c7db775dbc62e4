package dev.rehome.config;

import java.time.Duration;

/** Reads {@code statistics}. */
final class StatisticsSection {
    private static final Duration A_DAY = Duration.ofDays(1);

    private StatisticsSection() {}

    static StatisticsConfig read(YamlMap map) {
        StatisticsConfig defaults = StatisticsConfig.DEFAULT;
        Duration keepHours =
                map.find("keep_hours", Values.durationAtLeast(A_DAY)).orElse(defaults.keepHours());
        Duration keepDays = map.find("keep_days", Values.durationAtLeast(A_DAY)).orElse(defaults.keepDays());
        if (keepDays.compareTo(keepHours) < 0) {
            map.problem("keep_days", "must not be shorter than keep_hours, as days are made of hours");
        }
        return new StatisticsConfig(
                map.find("enabled", Values::truth).orElse(defaults.enabled()),
                map.find("interval", Values.durationAtLeast(StatisticsConfig.SHORTEST_INTERVAL))
                        .orElse(defaults.interval()),
                map.find("counts_per_round", Values.intAtLeast(1)).orElse(defaults.countsPerRound()),
                map.find("recount_percent", Values.percent()).orElse(defaults.recountPercent()),
                map.find("recount_after", Values.durationAtLeast(Duration.ofMinutes(1)))
                        .orElse(defaults.recountAfter()),
                keepHours,
                keepDays);
    }
}
