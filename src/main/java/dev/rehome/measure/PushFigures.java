package dev.rehome.measure;

import java.time.Duration;

/**
 * How the pushes of this process stand. Immutable.
 *
 * @param pushes that succeeded
 * @param failures that did not; what they would have told is told by the next that succeeds
 * @param sinceLast how long ago the last one succeeded, or the process began to measure
 * @param tenants that have done something within the hour
 * @param unmeasuredTransactions of tenants beyond the limit of those that are measured
 */
public record PushFigures(long pushes, long failures, Duration sinceLast, int tenants, long unmeasuredTransactions) {}
