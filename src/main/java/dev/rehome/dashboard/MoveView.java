package dev.rehome.dashboard;

import dev.rehome.move.JournalEntry;
import dev.rehome.move.Move;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.VerificationLog.Kept;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A move, as it is answered.
 *
 * @param run whether a mover was heard of in time
 * @param actions what can be asked of it now
 */
record MoveView(
        String move,
        TenantId tenant,
        @Nullable String tenantName,
        String phase,
        boolean ended,
        HomeView from,
        HomeView to,
        Instant startedAt,
        Instant phaseSince,
        @Nullable Instant finishedAt,
        boolean cutoverHeld,
        @Nullable String request,
        boolean run,
        @Nullable String holder,
        @Nullable String waitingFor,
        @Nullable String failure,
        Progress progress,
        MoveFigures.@Nullable Figures figures,
        List<String> actions) {

    /** What the API calls taking back what was asked. */
    static final String RESUME = "RESUME";

    /** How far its phase is, as its mover last said. */
    record Progress(
            long rowsDone,
            long rowsTotal,
            long bytesDone,
            long rowsPerSecond,
            long bytesPerSecond,
            long lagRows,
            @Nullable Long remainingMillis) {
        static Progress of(MoveProgress progress) {
            return new Progress(
                    progress.rowsDone(),
                    progress.rowsTotal(),
                    progress.bytesDone(),
                    Math.round(progress.rowsPerSecond()),
                    Math.round(progress.bytesPerSecond()),
                    progress.lagRows(),
                    progress.remaining().map(Duration::toMillis).orElse(null));
        }
    }

    /** @param by who decided it or brought it about; absent for the steps on the way */
    record Line(
            Instant at, String phase, String note, @Nullable String by) {
        static Line of(JournalEntry entry) {
            return new Line(
                    entry.writtenAt(),
                    entry.phase().name(),
                    entry.note(),
                    entry.by().orElse(null));
        }
    }

    record Verification(int number, String phase, String verifiedBy, ComparisonView comparison) {
        static Verification of(Kept kept) {
            return new Verification(
                    kept.number(), kept.phase().name(), kept.verifiedBy(), ComparisonView.of(kept.report()));
        }
    }

    static MoveView of(
            MoveStatus status, Instant now, @Nullable String tenantName, MoveFigures.@Nullable Figures figures) {
        Move move = status.move();
        return new MoveView(
                move.id().toString(),
                move.tenant(),
                tenantName,
                move.phase().name(),
                move.phase().isTerminal(),
                HomeView.of(move.source().home()),
                HomeView.of(move.target()),
                status.startedAt(),
                status.phaseSince(),
                status.finishedAt().orElse(null),
                status.holdCutover(),
                status.request().map(MoveRequest::name).orElse(null),
                status.isRunAt(now),
                status.holder().orElse(null),
                status.waitingFor().orElse(null),
                status.failure().orElse(null),
                Progress.of(status.progress()),
                figures,
                actions(status));
    }

    /** A cutover that is not held needs nobody's word. */
    private static List<String> actions(MoveStatus status) {
        List<String> actions = new ArrayList<>();
        for (MoveRequest request : MoveRequest.values()) {
            boolean asked = status.request().filter(request::equals).isPresent();
            boolean needless = request == MoveRequest.CUTOVER && !status.holdCutover();
            if (request.isPossibleIn(status.move().phase()) && !asked && !needless) {
                actions.add(request.name());
            }
        }
        if (status.request().isPresent()) {
            actions.add(RESUME);
        }
        return actions;
    }
}
