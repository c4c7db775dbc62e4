package dev.rehome.error;

/** What an error asks of whoever sees it. The command line's exit status is the kind's. */
public enum ErrorKind {
    /** The call is wrong: fix the call. */
    USER(2),
    /** The configuration is wrong: fix the file. All its problems are reported at once. */
    CONFIGURATION(3),
    /** Something is in use: wait and try again. */
    BUSY(4),
    /** A cached fact was overtaken. Handled inside the library; seen outside only when its retries ran out. */
    STALE(5),
    /** The database or the network failed; the cause carries the SQLSTATE. */
    EXTERNAL(6),
    /** Our own bug: stop and keep the evidence. */
    INVARIANT(7);

    private final int exitStatus;

    ErrorKind(int exitStatus) {
        this.exitStatus = exitStatus;
    }

    public int exitStatus() {
        return exitStatus;
    }
}
