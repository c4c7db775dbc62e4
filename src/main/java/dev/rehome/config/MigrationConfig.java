package dev.rehome.config;

import java.time.Duration;

/**
 * How moves are done.
 *
 * @param batchRows how many rows are copied, applied or removed in one step
 * @param validationEnabled whether a move is verified before its cutover
 * @param rollbackEnabled whether the old home is kept current after the cutover, so that the move can be taken back
 * @param dualWriteDuration how long the old home is kept current
 * @param cutoverMaxPause the longest that a cutover may hold up the tenant's transactions; else it is postponed
 * @param cutoverLockTimeout how long one attempt waits for the tenant's running transactions to end
 * @param workers how many connections copy one tenant's rows side by side
 */
public record MigrationConfig(
        int batchRows,
        boolean validationEnabled,
        boolean rollbackEnabled,
        Duration dualWriteDuration,
        Duration cutoverMaxPause,
        Duration cutoverLockTimeout,
        int workers) {}
