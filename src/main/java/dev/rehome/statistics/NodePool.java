package dev.rehome.statistics;

import dev.rehome.connection.ServerFigures;
import java.time.Instant;

/**
 * How the connections of a process that measures stood at a server when it was last heard of. Immutable.
 *
 * @param node by which the directory knows the process
 */
public record NodePool(String node, Instant heardAt, ServerFigures figures) {}
