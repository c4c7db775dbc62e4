package dev.rehome.fleet.levels;

import dev.rehome.placement.Home;
import dev.rehome.schema.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of a home in a run.
 *
 * @param changesets how many were run
 * @param replayed whether by replay, instead of by Liquibase
 * @param reason why it failed or was skipped
 */
public record HomeResult(
        Home home,
        State state,
        Optional<Level> level,
        int changesets,
        boolean replayed,
        Duration duration,
        Optional<String> reason) {
    /** How a home stands in a run. */
    public enum State {
        /** To be done. */
        PENDING,
        /** A runner is at it. */
        RUNNING,
        /** At the newest level. */
        DONE,
        /** As it was before; a retry begins it again. */
        FAILED,
        /** In a move; done afterwards. */
        SKIPPED,
        /** Taken back to where it was before the run. */
        ROLLED_BACK
    }
}
