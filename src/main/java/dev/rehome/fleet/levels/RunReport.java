package dev.rehome.fleet.levels;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How a run stands.
 *
 * @param run its id
 * @param counts its homes by state
 * @param failures the first five that failed
 * @param duration of what this process did
 */
public record RunReport(
        UUID run, boolean ended, Map<HomeResult.State, Long> counts, List<HomeResult> failures, Duration duration) {
    public RunReport {
        Map<HomeResult.State, Long> all = new EnumMap<>(HomeResult.State.class);
        for (HomeResult.State state : HomeResult.State.values()) {
            all.put(state, counts.getOrDefault(state, 0L));
        }
        counts = Map.copyOf(all);
        failures = List.copyOf(failures);
    }

    public long count(HomeResult.State state) {
        return counts.getOrDefault(state, 0L);
    }

    /** Whether everything was reached that there was to do. */
    public boolean isComplete() {
        return count(HomeResult.State.PENDING)
                        + count(HomeResult.State.RUNNING)
                        + count(HomeResult.State.FAILED)
                        + count(HomeResult.State.SKIPPED)
                == 0;
    }
}
