package dev.rehome.move;

import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.throttle.ThrottleLimits;
import java.time.Duration;
import java.util.Optional;

/** How tests move tenants on machines that are slow, or busy with other tests: no limit of time is met because of that. */
public final class Unhurried {
    public static final MoveOptions OPTIONS = MoveOptions.DEFAULT.toBuilder()
            .notice(Duration.ZERO)
            .batchRows(100)
            .cutover(new CutoverBudget(
                    Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(60), Optional.empty()))
            .throttle(new ThrottleLimits(
                    Duration.ofMinutes(1), Duration.ofMinutes(1), 100, ThrottleLimits.DEFAULT_INTERVAL))
            .build();

    private Unhurried() {}
}
