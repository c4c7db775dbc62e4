package dev.rehome.throttle;

import java.time.Duration;

/**
 * What a server showed when it was asked.
 *
 * @param connections in use by clients
 * @param connectionsAllowed that ordinary roles can have altogether
 */
record Load(Duration writeLatency, Duration replicationLag, int connections, int connectionsAllowed) {}
