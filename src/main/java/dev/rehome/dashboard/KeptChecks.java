package dev.rehome.dashboard;

import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetCheck.Kind;
import dev.rehome.watch.FleetChecks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What whoever looked last has found, a command or another process, as the directory keeps it. Thread-safe. */
final class KeptChecks {
    private static final Map<String, Kind> KINDS =
            Map.of(CheckResults.DRIFT, Kind.DRIFT, CheckResults.DOCTOR, Kind.DOCTOR);
    private static final int MOST_PROBLEMS = 300;

    private final FleetChecks checks;

    KeptChecks(FleetChecks checks) {
        this.checks = checks;
    }

    /** @param lookedAt so many homes */
    record Kept(Instant at, String by, long lookedAt, long problemCount, List<String> problems) {
        static Kept of(FleetCheck check) {
            return new Kept(
                    check.checkedAt(),
                    check.checkedBy(),
                    check.lookedAt(),
                    check.problemCount(),
                    check.problems().stream().limit(MOST_PROBLEMS).toList());
        }
    }

    /** Empty if nobody has looked yet, or nothing is kept of such a check. */
    Optional<Kept> of(String name) {
        Kind kind = KINDS.get(name);
        return kind == null
                ? Optional.empty()
                : checks.latest().stream()
                        .filter(check -> check.kind() == kind)
                        .findFirst()
                        .map(Kept::of);
    }
}
