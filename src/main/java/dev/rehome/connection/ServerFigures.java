package dev.rehome.connection;

import java.time.Duration;

/**
 * How the connections of this process to one server stand at a moment. Immutable.
 *
 * @param limit {@code max_connections_per_server}
 * @param inUse lent, being opened, or promised to a request that is about to take one
 * @param idle open and lent to nobody
 * @param waiting requests that wait for one
 * @param longestWait of those that wait and of all that have waited since this process began
 * @param timeOuts requests that have waited in vain since then
 * @param down whether the server has not answered for so long that its tenants are refused at once
 */
public record ServerFigures(
        String server, int limit, int inUse, int idle, int waiting, Duration longestWait, long timeOuts, boolean down) {
    @Override
    public String toString() {
        return "server " + server + ": " + inUse + " of " + limit + " connections in use, " + idle + " idle, " + waiting
                + " requests waiting, longest wait " + longestWait.toMillis() + " ms";
    }
}
