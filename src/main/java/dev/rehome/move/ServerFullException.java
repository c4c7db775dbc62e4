package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;

/** A server has as many moves under way as it may have. The move that was to be run is as it was; try again when one has ended. */
public final class ServerFullException extends RehomeException {
    private static final long serialVersionUID = 1L;

    private final String server;

    ServerFullException(String server, int underWay, int allowed) {
        super(
                ErrorKind.BUSY,
                "Server " + server + " has " + underWay + " moves under way, and " + allowed
                        + " are allowed (max_concurrent_moves). Wait for one to end.");
        this.server = server;
    }

    /** By its name in the strategy file. */
    public String server() {
        return server;
    }
}
