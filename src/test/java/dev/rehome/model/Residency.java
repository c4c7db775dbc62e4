package dev.rehome.model;

/** The tenant's residency row in a database. */
enum Residency {
    /** No such row. */
    UNKNOWN,
    HERE,
    MOVED,
    /** The whole database does not exist. */
    GONE
}
