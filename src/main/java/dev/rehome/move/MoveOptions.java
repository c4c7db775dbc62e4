package dev.rehome.move;

import dev.rehome.config.MigrationConfig;
import dev.rehome.config.MigrationConfig.CutoverConfig;
import dev.rehome.config.MigrationConfig.ThrottleConfig;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.throttle.ThrottleLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How moves are to be made. Immutable.
 *
 * @param batchRows rows that one transaction removes when a copy is purged from shared tables; a copy brings fifty times as
 *     many in one
 * @param workers connections that copy and build indexes at the same time
 * @param validation whether both sides are compared before the cutover, and again before the old one is removed
 * @param rollback whether the old home is kept current after the cutover; without it there is no soak
 * @param soak how long it is kept current
 * @param cutover what a cutover may cost the tenant
 * @param notice how long before a cutover applications have been able to learn where the tenant goes, so that they have
 *     connections there; not given where the tenant is copied inside the fence
 * @param verifyInterval how often both homes are compared whole during the soak; changed rows are compared all the time
 * @param fencedPassRows a tenant with at most so many rows is copied inside the fence of its cutover; 0 for none
 * @param lease how long after it was last heard of a mover is taken for dead
 * @param maxConcurrentMoves moves that may be under way on one server, over all processes; soaks do not count
 * @param retryFor how long a phase whose database fails is tried again before the move stops and says so
 * @param archive where a home's copy is written before it is removed, if anywhere
 * @param throttle what its servers can bear; beyond that the move rests, except inside a fence
 */
public record MoveOptions(
        int batchRows,
        int workers,
        boolean validation,
        boolean rollback,
        Duration soak,
        CutoverBudget cutover,
        Duration notice,
        Duration verifyInterval,
        int fencedPassRows,
        Duration lease,
        int maxConcurrentMoves,
        Duration retryFor,
        Optional<Path> archive,
        ThrottleLimits throttle) {

    /**
     * What a cutover may cost the tenant.
     *
     * @param maxPause longest time that the fence may be up; a cutover that needs longer is postponed (R6)
     * @param lockTimeout how long the first attempt at a fence waits for the tenant's own running transactions, during which
     *     its new ones wait too; each further attempt waits that much longer, up to the pause
     * @param deadline how long a cutover is tried before the move stops and says so
     * @param cancelBlockersAfter a transaction of the tenant that is in the way and older than this is ended; never, if empty
     */
    public record CutoverBudget(
            Duration maxPause, Duration lockTimeout, Duration deadline, Optional<Duration> cancelBlockersAfter) {
        public CutoverBudget {
            if (!positive(maxPause)
                    || !positive(lockTimeout)
                    || !positive(deadline)
                    || cancelBlockersAfter.map(Duration::isNegative).orElse(false)) {
                throw new IllegalArgumentException("A cutover needs positive times.");
            }
        }
    }

    public static final MoveOptions DEFAULT = new MoveOptions(
            1000,
            2,
            true,
            true,
            Duration.ofHours(24),
            new CutoverBudget(Duration.ofMillis(250), Duration.ofMillis(100), Duration.ofMinutes(10), Optional.empty()),
            Duration.ofMillis(1500),
            Duration.ofHours(1),
            1000,
            Duration.ofSeconds(15),
            4,
            Duration.ofMinutes(10),
            Optional.empty(),
            ThrottleLimits.DEFAULT);

    public MoveOptions {
        if (batchRows < 1
                || workers < 1
                || fencedPassRows < 0
                || fencedPassRows > TouchedKeys.LIMIT
                || maxConcurrentMoves < 1
                || soak.isNegative()
                || notice.isNegative()
                || !positive(verifyInterval)
                || !positive(lease)
                || retryFor.isNegative()) {
            throw new IllegalArgumentException(
                    "A move needs batches of at least one row, at least one worker, room for at"
                            + " least one move, and positive times; and no more than " + TouchedKeys.LIMIT
                            + " rows are copied inside a fence.");
        }
    }

    /** What the strategy file says. */
    public static MoveOptions of(MigrationConfig config) {
        CutoverConfig cutover = config.cutover();
        ThrottleConfig throttle = config.throttle();
        return DEFAULT.toBuilder()
                .batchRows(config.batchRows())
                .workers(config.workers())
                .validation(config.validationEnabled())
                .rollback(config.rollbackEnabled())
                .soak(config.dualWriteDuration())
                .cutover(new CutoverBudget(
                        cutover.maxPause(),
                        cutover.lockTimeout(),
                        cutover.deadline(),
                        Optional.ofNullable(cutover.cancelBlockersAfter())))
                .notice(cutover.notice())
                .verifyInterval(config.verifyInterval())
                .fencedPassRows(config.fencedPassRows())
                .lease(config.lease())
                .maxConcurrentMoves(config.maxConcurrentMoves())
                .archive(Optional.ofNullable(config.archive()))
                .throttle(new ThrottleLimits(
                        throttle.writeLatency(),
                        throttle.replicationLag(),
                        throttle.connectionsPercent(),
                        ThrottleLimits.DEFAULT_INTERVAL))
                .build();
    }

    /** A builder that begins with these options. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    /** Changes some of the options; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {
        private int batchRows;
        private int workers;
        private boolean validation;
        private boolean rollback;
        private Duration soak;
        private CutoverBudget cutover;
        private Duration notice;
        private Duration verifyInterval;
        private int fencedPassRows;
        private Duration lease;
        private int maxConcurrentMoves;
        private Duration retryFor;
        private Optional<Path> archive;
        private ThrottleLimits throttle;

        private Builder(MoveOptions options) {
            this.batchRows = options.batchRows;
            this.workers = options.workers;
            this.validation = options.validation;
            this.rollback = options.rollback;
            this.soak = options.soak;
            this.cutover = options.cutover;
            this.notice = options.notice;
            this.verifyInterval = options.verifyInterval;
            this.fencedPassRows = options.fencedPassRows;
            this.lease = options.lease;
            this.maxConcurrentMoves = options.maxConcurrentMoves;
            this.retryFor = options.retryFor;
            this.archive = options.archive;
            this.throttle = options.throttle;
        }

        public Builder batchRows(int value) {
            this.batchRows = value;
            return this;
        }

        public Builder workers(int value) {
            this.workers = value;
            return this;
        }

        public Builder validation(boolean value) {
            this.validation = value;
            return this;
        }

        public Builder rollback(boolean value) {
            this.rollback = value;
            return this;
        }

        public Builder soak(Duration value) {
            this.soak = value;
            return this;
        }

        public Builder cutover(CutoverBudget budget) {
            this.cutover = budget;
            return this;
        }

        public Builder notice(Duration value) {
            this.notice = value;
            return this;
        }

        public Builder verifyInterval(Duration value) {
            this.verifyInterval = value;
            return this;
        }

        public Builder fencedPassRows(int value) {
            this.fencedPassRows = value;
            return this;
        }

        public Builder lease(Duration value) {
            this.lease = value;
            return this;
        }

        public Builder maxConcurrentMoves(int value) {
            this.maxConcurrentMoves = value;
            return this;
        }

        public Builder retryFor(Duration value) {
            this.retryFor = value;
            return this;
        }

        public Builder archive(Optional<Path> folder) {
            this.archive = folder;
            return this;
        }

        public Builder throttle(ThrottleLimits limits) {
            this.throttle = limits;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public MoveOptions build() {
            return new MoveOptions(
                    batchRows,
                    workers,
                    validation,
                    rollback,
                    soak,
                    cutover,
                    notice,
                    verifyInterval,
                    fencedPassRows,
                    lease,
                    maxConcurrentMoves,
                    retryFor,
                    archive,
                    throttle);
        }
    }
}
