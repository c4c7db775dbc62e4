package dev.rehome.throttle;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.time.Duration;

/**
 * What a server may show before moves give it rest. Once it rests, it does so until the figure is well below the limit.
 *
 * @param writeLatency of a small transaction's commit, as the server itself sees it
 * @param replicationLag of the slowest standby, until it has applied what was written
 * @param connectionsPercent in use, of those that the server lets ordinary roles have
 * @param interval how long an answer of a server holds before it is asked again
 */
public record ThrottleLimits(
        Duration writeLatency, Duration replicationLag, int connectionsPercent, Duration interval) {

    public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);
    public static final ThrottleLimits DEFAULT =
            new ThrottleLimits(Duration.ofMillis(100), Duration.ofSeconds(10), 80, DEFAULT_INTERVAL);

    /** @throws RehomeException (USER) if something is not positive, or the percentage is above 100 */
    public ThrottleLimits {
        if (!positive(writeLatency)
                || !positive(replicationLag)
                || !positive(interval)
                || connectionsPercent < 1
                || connectionsPercent > 100) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "A throttle's limits and interval must be positive, and its percentage at most 100. Correct the limits.");
        }
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
