package dev.rehome.move;

import java.time.Duration;

/**
 * How moves are to be made.
 *
 * @param batchRows rows that one statement removes when an old home is retired
 * @param workers connections that copy and build indexes at the same time
 * @param validation whether both sides are compared before the cutover, and again before the old one is removed
 * @param rollback whether the old home is kept current after the cutover; without it there is no soak
 * @param soak how long it is kept current
 * @param maxPause longest time that the fence may be up; a cutover that needs longer is postponed (R6)
 * @param lockTimeout how long the first attempt at a fence waits for the tenant's own running transactions, during which its
 *     new ones wait too; each further attempt waits that much longer, up to the pause
 * @param cutoverDeadline how long a cutover is tried before the move stops and says so
 */
public record MoveOptions(
        int batchRows,
        int workers,
        boolean validation,
        boolean rollback,
        Duration soak,
        Duration maxPause,
        Duration lockTimeout,
        Duration cutoverDeadline) {

    public static final MoveOptions DEFAULT = new MoveOptions(
            1000,
            2,
            true,
            true,
            Duration.ofHours(24),
            Duration.ofMillis(250),
            Duration.ofMillis(100),
            Duration.ofMinutes(10));

    public MoveOptions {
        if (batchRows < 1
                || workers < 1
                || soak.isNegative()
                || !positive(maxPause)
                || !positive(lockTimeout)
                || !positive(cutoverDeadline)) {
            throw new IllegalArgumentException(
                    "A move needs batches of at least one row, at least one worker, and positive times.");
        }
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
