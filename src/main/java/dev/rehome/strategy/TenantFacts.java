package dev.rehome.strategy;

import dev.rehome.placement.Placement;
import dev.rehome.statistics.TenantStatistics;
import java.util.Optional;

/**
 * What is known of one tenant when a plan is made. Immutable.
 *
 * @param active whether it can be moved: not suspended, archived or the like
 * @param inMove whether a move of it has not ended
 * @param statistics empty if it was never measured
 * @param latestMove that has ended; empty if it was never moved
 */
public record TenantFacts(
        Placement placement,
        boolean active,
        boolean inMove,
        Optional<TenantStatistics> statistics,
        Optional<EarlierMove> latestMove) {}
