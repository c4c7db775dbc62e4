package dev.rehome.model;

/** How far a node's transaction is. */
enum Stage {
    /** None is open; one may be waiting to enter. */
    IDLE,
    /** Has taken the shared lock of the database that the node's cache points to, and not yet read the residency. */
    LOCKED,
    /** Admitted to the home that the node's cache points to. */
    IN
}
