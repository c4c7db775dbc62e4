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

    /** A builder that begins with these options. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes some of the options; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {
        private List<TenantId> canaries;
        private int firstWave;
        private int growth;
        private int parallel;
        private int perServer;
        private Duration lockTimeout;
        private Duration homeLimit;
        private int stopAfter;
        private Duration waitForMoves;
        private Duration lease;

        private Builder(RunOptions options) {
            this.canaries = options.canaries;
            this.firstWave = options.firstWave;
            this.growth = options.growth;
            this.parallel = options.parallel;
            this.perServer = options.perServer;
            this.lockTimeout = options.lockTimeout;
            this.homeLimit = options.homeLimit;
            this.stopAfter = options.stopAfter;
            this.waitForMoves = options.waitForMoves;
            this.lease = options.lease;
        }

        public Builder canaries(List<TenantId> canaries) {
            this.canaries = canaries;
            return this;
        }

        public Builder waves(int firstWave, int growth) {
            this.firstWave = firstWave;
            this.growth = growth;
            return this;
        }

        public Builder parallel(int parallel, int perServer) {
            this.parallel = parallel;
            this.perServer = perServer;
            return this;
        }

        public Builder limits(Duration lockTimeout, Duration homeLimit) {
            this.lockTimeout = lockTimeout;
            this.homeLimit = homeLimit;
            return this;
        }

        public Builder stopAfter(int stopAfter) {
            this.stopAfter = stopAfter;
            return this;
        }

        public Builder waitForMoves(Duration waitForMoves) {
            this.waitForMoves = waitForMoves;
            return this;
        }

        public Builder lease(Duration lease) {
            this.lease = lease;
            return this;
        }

        /** @throws IllegalArgumentException if they make no sense */
        public RunOptions build() {
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
                    lease);
        }
    }
}
