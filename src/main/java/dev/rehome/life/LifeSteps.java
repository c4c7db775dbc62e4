package dev.rehome.life;

/** The steps of operations that have several, as the directory keeps them. */
final class LifeSteps {
    /** A home is being filled that nobody is admitted to. */
    static final String FILL = "FILL";
    /** All is in a verified file. */
    static final String KEPT = "KEPT";
    /** Rows have begun to go: from here on only forwards. */
    static final String REMOVE = "REMOVE";

    private LifeSteps() {}
}
