package dev.rehome.model;

/** The tenant's residency row in a database. */
enum Residency {
    /** No such row. */
    UNKNOWN,
    HERE,
    MOVED,
    /** The first commit of a cutover: admits whoever knows the epoch already, and tells it to nobody. */
    ARRIVING,
    /** The whole database does not exist. */
    GONE
}
