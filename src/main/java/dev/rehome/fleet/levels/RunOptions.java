package dev.rehome.fleet.levels;

import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.util.List;

/**
 * How a run goes over the fleet.
 *
 * @param canaries tenants whose homes come first, alone
 * @param firstWave homes in the first wave after them
 * @param growth how many times larger each further wave is
 * @param parallel homes at a time
 * @param perServer homes at a time on one server
 * @param lockTimeout how long a change waits for a table, and everybody else behind it
 * @param homeLimit how long one home is tried before it counts as failed
 * @param stopAfter failures after which no further home is begun; 0: never
 * @param waitForMoves how long the end of moves is waited for, which keep homes from being changed
 * @param lease how long nothing is heard of a runner before another may go on with its homes
 */
public record RunOptions(
        List<TenantId> canaries,
        int firstWave,
        int growth,
        int parallel,
        int perServer,
        Duration lockTimeout,
        Duration homeLimit,
        int stopAfter,
        Duration waitForMoves,
        Duration lease) {
    /**
     * Waves of 10, 40, 160 … homes, 8 at a time and 4 on a server; 200 ms for a lock and 5 minutes for a home; stops at the first
     * failure, and does not wait for moves.
     */
    public static final RunOptions DEFAULT = new RunOptions(
            List.of(),
            10,
            4,
            8,
            4,
            Duration.ofMillis(200),
            Duration.ofMinutes(5),
            1,
            Duration.ZERO,
            Duration.ofSeconds(15));

    public RunOptions {
        canaries = List.copyOf(canaries);
        if (firstWave < 1 || growth < 1 || parallel < 1 || perServer < 1 || stopAfter < 0) {
            throw new IllegalArgumentException("Waves, their growth and what runs at a time are at least 1.");
        }
        if (lockTimeout.toMillis() < 1
                || homeLimit.toMillis() < 1
                || lease.toMillis() < 1
                || waitForMoves.isNegative()) {
            throw new IllegalArgumentException("Times are at least a millisecond.");
        }
    }

    public RunOptions stopAfter(int failures) {
        return new RunOptions(
                canaries,
                firstWave,
                growth,
                parallel,
                perServer,
                lockTimeout,
                homeLimit,
                failures,
                waitForMoves,
                lease);
    }

    public RunOptions canaries(List<TenantId> tenants) {
        return new RunOptions(
                tenants,
                firstWave,
                growth,
                parallel,
                perServer,
                lockTimeout,
                homeLimit,
                stopAfter,
                waitForMoves,
                lease);
    }

    public RunOptions lease(Duration length) {
        return new RunOptions(
                canaries,
                firstWave,
                growth,
                parallel,
                perServer,
                lockTimeout,
                homeLimit,
                stopAfter,
                waitForMoves,
                length);
    }

    public RunOptions parallel(int homes, int homesPerServer) {
        return new RunOptions(
                canaries,
                firstWave,
                growth,
                homes,
                homesPerServer,
                lockTimeout,
                homeLimit,
                stopAfter,
                waitForMoves,
                lease);
    }

    public RunOptions limits(Duration lock, Duration home) {
        return new RunOptions(
                canaries, firstWave, growth, parallel, perServer, lock, home, stopAfter, waitForMoves, lease);
    }

    public RunOptions waves(int first, int times) {
        return new RunOptions(
                canaries, first, times, parallel, perServer, lockTimeout, homeLimit, stopAfter, waitForMoves, lease);
    }

    public RunOptions waitForMoves(Duration longest) {
        return new RunOptions(
                canaries, firstWave, growth, parallel, perServer, lockTimeout, homeLimit, stopAfter, longest, lease);
    }
}
