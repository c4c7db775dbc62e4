package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveId;
import dev.rehome.move.MovePhase;
import java.time.Duration;
import java.util.Locale;
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
record MoveResult(
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

    enum State {
        /** There is nothing left to do. */
        ENDED,
        /** It has been left in its soak. */
        SOAKING,
        FAILED,
        /** This process was told to stop before. */
        INTERRUPTED
    }

    /** Whether it got where it was to get: into the phase, or at least into the soak. */
    boolean reached(MovePhase wanted) {
        return state == State.SOAKING || (state == State.ENDED && phase == wanted);
    }

    String describe() {
        RehomeException reason = failure;
        if (reason != null) {
            return name + " failed: " + reason.getMessage();
        }
        return switch (state) {
            case ENDED, FAILED ->
                String.format(
                        Locale.ROOT,
                        "%s: move %s of %s: %,d rows copied, %s in all, fence %d ms, %d verifications, %d differences",
                        phase,
                        id,
                        name,
                        rows,
                        ProgressText.of(elapsed),
                        fenced.toMillis(),
                        verifications,
                        differences);
            case SOAKING ->
                String.format(
                        Locale.ROOT,
                        "SOAK: move %s of %s: the target serves; %,d rows copied, %s until now, fence %d ms",
                        id,
                        name,
                        rows,
                        ProgressText.of(elapsed),
                        fenced.toMillis());
            case INTERRUPTED -> name + (id == null ? " was not begun" : ": move " + id + " was left in " + phase);
        };
    }

    /** As scripts see it. */
    record View(
            String name,
            @Nullable String moveId,
            @Nullable String phase,
            String state,
            long rows,
            long bytes,
            double seconds,
            long fencedMillis,
            int verifications,
            long differences,
            @Nullable ErrorView error) {
        static View of(MoveResult result) {
            RehomeException failure = result.failure;
            MoveId id = result.id;
            MovePhase phase = result.phase;
            return new View(
                    result.name,
                    id == null ? null : id.toString(),
                    phase == null ? null : phase.name(),
                    result.state.name(),
                    result.rows,
                    result.bytes,
                    result.elapsed.toMillis() / 1000.0,
                    result.fenced.toMillis(),
                    result.verifications,
                    result.differences,
                    failure == null ? null : new ErrorView(failure.kind().name(), failure.getMessage()));
        }
    }

    record ErrorView(String kind, String message) {}
}
