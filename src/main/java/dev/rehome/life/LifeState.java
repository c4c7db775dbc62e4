package dev.rehome.life;

/** How a tenant stands. */
public enum LifeState {
    /** Its home admits it. */
    ACTIVE,
    /** Its home has all its rows and refuses its new transactions. */
    SUSPENDED,
    /** It is being brought in from a file or from another tenant; no home admits it yet. */
    ARRIVING,
    /** All its rows are in a file, and nowhere else. */
    ARCHIVED,
    /** It is suspended, and everything of it goes when its time of grace is over. */
    DELETING,
    /** Nothing of it is left but the record of its deletion. */
    DELETED
}
