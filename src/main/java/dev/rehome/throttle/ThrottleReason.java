package dev.rehome.throttle;

/**
 * Why the mover should give a server rest.
 *
 * @param finding the signal, its figure and its limit
 */
public record ThrottleReason(String server, String finding) {
    /** In one line, for the operator. */
    @Override
    public String toString() {
        return "server " + server + ": " + finding;
    }
}
