package dev.rehome.fleet.levels;

import dev.rehome.placement.Home;

/** Is told how a run gets on, by several threads. */
public interface RunListener {
    /** Hears nothing. */
    RunListener NONE = new RunListener() {};

    /** Before the first home: how many there are to do. */
    default void begins(long homes) {}

    /** A home is about to be changed. */
    default void home(Home home) {}

    /** A home has been changed, or has not. */
    default void ended(HomeResult result) {}
}
