package dev.rehome.model;

/** Takes the steps that are possible in a state. */
@FunctionalInterface
interface Steps {
    /** Whose step it is: the rules about what comes again or ends ask for paths of some of them only. */
    enum Actor {
        APPLICATION,
        /** Who holds the lease. */
        MOVER,
        /** A mover that has lost the lease and does not know. */
        LATE_MOVER,
        /** The database, which takes down a fence from whose holder nothing is heard. */
        SERVER,
        TAKEOVER,
        CRASH
    }

    /**
     * @param words what happens, for a trace
     * @param next a state of its own, which the receiver may keep and change
     */
    void add(Actor actor, String words, State next);
}
