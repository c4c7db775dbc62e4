package dev.rehome.move.crew;

import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveId;
import dev.rehome.move.MovePhase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a move that was run here.
 *
 * @param name of the tenant or the move, as it was given
 * @param id absent if it could not be planned
 * @param phase the latest that was entered here
 * @param rows copied by the backfill; none of a tenant that was copied in the fence
 * @param fenced how long the fence of the latest cutover was up
 */
public record MoveResult(
        String name,
        @Nullable MoveId id,
        @Nullable MovePhase phase,
        State state,
        long rows,
        long bytes,
        Duration elapsed,
        Duration fenced,
        int verifications,
        long differences,
        @Nullable RehomeException failure) {

    /** How it was left. */
    public enum State {
        /** There is nothing left to do. */
        ENDED,
        /** It has been left in its soak. */
        SOAKING,
        FAILED,
        /** This process was told to stop before. */
        INTERRUPTED
    }

    /** Whether it got where it was to get: into the phase, or at least into the soak. */
    public boolean reached(MovePhase wanted) {
        return state == State.SOAKING || (state == State.ENDED && phase == wanted);
    }
}
