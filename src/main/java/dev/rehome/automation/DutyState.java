package dev.rehome.automation;

import java.time.Instant;
import java.util.Optional;

/**
 * How a duty stands. Immutable.
 *
 * @param holder who is at it; empty if nobody is
 * @param heldUntil by when the holder has to be heard of again
 * @param endedAt when it was last done, well or not
 * @param outcome of the last run that went well
 * @param failedInARow how often it has failed since it last went well
 * @param failure why it failed last; empty if the last run went well
 */
public record DutyState(
        String name,
        Optional<String> holder,
        Optional<Instant> heldUntil,
        Optional<Instant> begunAt,
        Optional<Instant> endedAt,
        Optional<String> outcome,
        long runs,
        long failures,
        int failedInARow,
        Optional<String> failure) {}
