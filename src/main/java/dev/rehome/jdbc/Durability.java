package dev.rehome.jdbc;

/** What the commit of a mover's transaction waits for. */
public enum Durability {
    /** Its end is on the server's disk. */
    FLUSHED,
    /**
     * Nothing: a crash of the server may undo it. The next flushed commit on the same server takes it to the disk, as the log is
     * one, so it is for what another commit there is going to stand upon.
     */
    WITH_NEXT
}
