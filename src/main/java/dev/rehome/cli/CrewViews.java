package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.error.RehomeException;
import dev.rehome.move.MoveId;
import dev.rehome.move.MovePhase;
import dev.rehome.move.crew.MoveResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of moves that were run here, for people and for scripts. */
final class CrewViews {
    private CrewViews() {}

    static String describe(MoveResult result) {
        RehomeException reason = result.failure();
        if (reason != null) {
            return result.name() + " failed: " + reason.getMessage();
        }
        return switch (result.state()) {
            case ENDED, FAILED ->
                String.format(
                        Locale.ROOT,
                        "%s: move %s of %s: %,d rows copied, %s in all, fence %d ms, %d verifications, %d differences",
                        result.phase(),
                        result.id(),
                        result.name(),
                        result.rows(),
                        ProgressText.of(result.elapsed()),
                        result.fenced().toMillis(),
                        result.verifications(),
                        result.differences());
            case SOAKING ->
                String.format(
                        Locale.ROOT,
                        "SOAK: move %s of %s: the target serves; %,d rows copied, %s until now, fence %d ms",
                        result.id(),
                        result.name(),
                        result.rows(),
                        ProgressText.of(result.elapsed()),
                        result.fenced().toMillis());
            case INTERRUPTED ->
                result.name()
                        + (result.id() == null
                                ? " was not begun"
                                : ": move " + result.id() + " was left in " + result.phase());
        };
    }

    record MoveView(
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
        static MoveView of(MoveResult result) {
            RehomeException failure = result.failure();
            MoveId id = result.id();
            MovePhase phase = result.phase();
            return new MoveView(
                    result.name(),
                    id == null ? null : id.toString(),
                    phase == null ? null : phase.name(),
                    result.state().name(),
                    result.rows(),
                    result.bytes(),
                    result.elapsed().toMillis() / 1000.0,
                    result.fenced().toMillis(),
                    result.verifications(),
                    result.differences(),
                    failure == null ? null : new ErrorView(failure.kind().name(), failure.getMessage()));
        }
    }

    record ErrorView(String kind, String message) {}
}
