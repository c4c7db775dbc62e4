package dev.rehome.automation;

import java.time.Instant;
import java.util.Optional;

/**
 * How a process that looks after the fleet stands. Immutable.
 *
 * @param heardAt when it last said that it lives
 * @param strategyDigest SHA-256 of the strategy file that it goes by
 * @param strategySince when it took that up
 * @param strategyProblem why it does not take up the file as it is now
 * @param moves that it runs
 */
public record NodeState(
        String node,
        Instant startedAt,
        Instant heardAt,
        String strategyDigest,
        Instant strategySince,
        Optional<String> strategyProblem,
        Optional<Instant> strategyProblemSince,
        int moves) {}
