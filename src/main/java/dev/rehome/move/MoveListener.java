package dev.rehome.move;

import java.time.Duration;

/** Watches a move. Called by the mover's threads, one at a time; must return quickly. */
public interface MoveListener {
    /** Listens to nothing. */
    MoveListener NONE = new MoveListener() {};

    default void entered(Move move, MovePhase phase) {}

    default void progressed(Move move, MoveProgress progress) {}

    /**
     * The cutover could not be made within its budget and is tried again.
     *
     * @param reason who was in the way, or what took too long
     */
    default void postponed(Move move, String reason) {}

    /**
     * The tenant has a new placement.
     *
     * @param fencedAtNanos {@link System#nanoTime} just before the fence was asked for
     * @param fenced from asking for the fence to the commit that took it down
     */
    default void cutOver(Move move, long fencedAtNanos, Duration fenced) {}
}
