package dev.rehome.strategy;

import java.time.Duration;
import java.util.Optional;

/**
 * What a move is expected to take.
 *
 * @param untilServed from its start until the target serves; empty if nobody knows how much there is to copy
 * @param pause how long the fence of its cutover is up; empty before any cutover was measured
 * @param basis what this is derived from, or why it is not known; for people
 */
public record Expectation(Optional<Duration> untilServed, Optional<Duration> pause, String basis) {}
