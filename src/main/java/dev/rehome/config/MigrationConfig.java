package dev.rehome.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How moves are done. Immutable.
 *
 * @param batchRows how many rows are copied, applied or removed in one step
 * @param validationEnabled whether a move is verified before its cutover
 * @param rollbackEnabled whether the old home is kept current after the cutover, so that the move can be taken back
 * @param dualWriteDuration how long the old home is kept current
 * @param workers how many connections copy one tenant's rows side by side
 * @param maxConcurrentMoves how many moves may touch one server at a time
 * @param lease how long a mover is waited for before another may take its move over
 * @param fencedPassRows a tenant with at most so many rows is copied inside the fence; 0 switches that off
 * @param verifyInterval how long after one full comparison the next begins during the soak
 * @param archive the directory that a home's copy is written to before it is removed; null for none
 */
public record MigrationConfig(
        int batchRows,
        boolean validationEnabled,
        boolean rollbackEnabled,
        Duration dualWriteDuration,
        int workers,
        int maxConcurrentMoves,
        Duration lease,
        int fencedPassRows,
        Duration verifyInterval,
        @Nullable Path archive,
        CutoverConfig cutover,
        ThrottleConfig throttle) {

    /**
     * How a cutover treats the tenant's transactions.
     *
     * @param maxPause the longest that it may hold them up; else it is postponed
     * @param lockTimeout how long the first attempt waits for those that are running to end
     * @param deadline how long it is tried before the move stops and says so
     * @param cancelBlockersAfter how long a cutover is put off by the tenant's running transactions before it cancels
     *     them; null for never
     * @param notice how long before it applications can learn of it
     */
    public record CutoverConfig(
            Duration maxPause,
            Duration lockTimeout,
            Duration deadline,
            @Nullable Duration cancelBlockersAfter,
            Duration notice) {}

    /**
     * When moves give a server rest.
     *
     * @param writeLatency of a small transaction's commit
     * @param replicationLag of the slowest standby
     * @param connectionsPercent in use, of those that the server allows
     */
    public record ThrottleConfig(Duration writeLatency, Duration replicationLag, int connectionsPercent) {}
}
