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
     * A fence was asked for and has come down again, whether the work inside it was done or postponed.
     *
     * @param askedAtNanos {@link System#nanoTime} just before
     * @param fenced until it was down again; the tenant's new transactions may have waited meanwhile
     */
    default void fenced(Move move, long askedAtNanos, Duration fenced) {}

    /**
     * The tenant has a new placement.
     *
     * @param fenced how long the fence of this cutover was up
     */
    default void cutOver(Move move, Duration fenced) {}
}
