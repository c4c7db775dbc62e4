package dev.rehome.statistics;

import java.time.Duration;
import java.time.Instant;

/**
 * How the connections of a process that measures stood at a server when it was last heard of. Immutable.
 *
 * @param node by which the directory knows the process
 * @param limit {@code max_connections_per_server}
 * @param inUse lent, being opened, or promised to a request that is about to take one
 * @param idle open and lent to nobody
 * @param waiting requests that wait for one
 * @param longestWait since the process began
 * @param timeOuts requests that have waited in vain since then
 * @param down whether the process takes the server for down
 */
public record NodePool(
        String node,
        Instant heardAt,
        String server,
        int limit,
        int inUse,
        int idle,
        int waiting,
        Duration longestWait,
        long timeOuts,
        boolean down) {}
