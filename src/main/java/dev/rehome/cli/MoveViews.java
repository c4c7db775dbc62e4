package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.dashboard.HomeView;
import dev.rehome.move.JournalEntry;
import dev.rehome.move.Move;
import dev.rehome.move.MoveProgress;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.VerificationLog.Kept;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How moves are shown: records whose fields are the JSON's, and texts. Times are in UTC. */
final class MoveViews {
    private static final String ROW = "%-36s  %-36s  %-18s  %-11s  %-8s  %s%n";

    private MoveViews() {}

    record ProgressView(
            long rowsDone,
            long rowsTotal,
            double bytesPerSecond,
            long lagRows,
            @Nullable Long remainingMillis) {
        static ProgressView of(MoveProgress progress) {
            return new ProgressView(
                    progress.rowsDone(),
                    progress.rowsTotal(),
                    Math.round(progress.bytesPerSecond()),
                    progress.lagRows(),
                    progress.remaining().map(Duration::toMillis).orElse(null));
        }
    }

    record EntryView(
            String at, String phase, String note, @Nullable String by) {
        static EntryView of(JournalEntry entry) {
            return new EntryView(
                    text(entry.writtenAt()),
                    entry.phase().name(),
                    entry.note(),
                    entry.by().orElse(null));
        }
    }

    record ReportView(int number, String phase, String verifiedBy, Map<String, Object> report) {
        static ReportView of(Kept kept) {
            return new ReportView(
                    kept.number(),
                    kept.phase().name(),
                    kept.verifiedBy(),
                    kept.report().toMap());
        }
    }

    /**
     * A move as scripts see it.
     *
     * @param run whether a mover was heard of in time
     * @param journal absent in lists
     * @param verifications the kept reports, oldest first; absent in lists
     */
    record MoveView(
            String moveId,
            String tenant,
            String phase,
            boolean ended,
            HomeView from,
            HomeView to,
            String startedAt,
            String phaseSince,
            @Nullable String finishedAt,
            boolean cutoverHeld,
            @Nullable String request,
            boolean run,
            @Nullable String holder,
            @Nullable String waitingFor,
            @Nullable String failure,
            ProgressView progress,
            @Nullable List<EntryView> journal,
            @Nullable List<ReportView> verifications) {

        static MoveView of(MoveStatus status) {
            return of(status, null, null);
        }

        static MoveView of(
                MoveStatus status, @Nullable List<JournalEntry> journal, @Nullable List<Kept> verifications) {
            Move move = status.move();
            return new MoveView(
                    move.id().toString(),
                    move.tenant().toString(),
                    move.phase().name(),
                    move.phase().isTerminal(),
                    HomeView.of(move.source().home()),
                    HomeView.of(move.target()),
                    text(status.startedAt()),
                    text(status.phaseSince()),
                    status.finishedAt().map(MoveViews::text).orElse(null),
                    status.holdCutover(),
                    status.request().map(MoveRequest::name).orElse(null),
                    status.isRunAt(Instant.now()),
                    status.holder().orElse(null),
                    status.waitingFor().orElse(null),
                    status.failure().orElse(null),
                    ProgressView.of(status.progress()),
                    journal == null ? null : journal.stream().map(EntryView::of).toList(),
                    verifications == null
                            ? null
                            : verifications.stream().map(ReportView::of).toList());
        }
    }

    static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** One move with its journal and what was compared. */
    static String text(MoveStatus status, List<JournalEntry> journal, List<Kept> verifications) {
        Move move = status.move();
        StringBuilder text = new StringBuilder();
        text.append("move    ")
                .append(move.id())
                .append(" of tenant ")
                .append(move.tenant())
                .append('\n');
        text.append("way     ")
                .append(move.source().home())
                .append(" to ")
                .append(move.target())
                .append('\n');
        text.append("phase   ").append(move.phase()).append(ago(status)).append('\n');
        if (!move.phase().isTerminal()) {
            text.append("rows    ").append(ProgressText.of(status.progress())).append('\n');
            text.append("run by  ").append(runBy(status)).append('\n');
            if (status.holdCutover() && move.phase().isCancellable()) {
                text.append("held    until 'move cutover ").append(move.id()).append("'\n");
            }
        }
        status.request()
                .ifPresent(asked -> text.append("asked   ").append(asked).append('\n'));
        status.waitingFor()
                .ifPresent(reason -> text.append("waits   ").append(reason).append('\n'));
        status.failure()
                .ifPresent(reason -> text.append("failed  ").append(reason).append('\n'));
        for (Kept kept : verifications) {
            text.append("verified ")
                    .append(text(kept.report().endedAt()))
                    .append("  ")
                    .append(kept.phase())
                    .append(" by ")
                    .append(kept.verifiedBy())
                    .append(": ")
                    .append(kept.report().summary())
                    .append('\n');
        }
        text.append("journal");
        journal.forEach(entry ->
                text.append("\n  ").append(text(entry.writtenAt())).append("  ").append(entry));
        return text.toString();
    }

    private static String ago(MoveStatus status) {
        return status.finishedAt()
                .map(end -> " since " + text(end) + ", " + ProgressText.of(Duration.between(status.startedAt(), end))
                        + " after its start")
                .orElseGet(() -> " for " + ProgressText.of(status.inPhaseAt(Instant.now())));
    }

    private static String runBy(MoveStatus status) {
        return status.isRunAt(Instant.now())
                ? status.holder().orElse("somebody")
                : "nobody; 'move run " + status.move().id() + "' goes on with it";
    }

    /** A line for each. */
    static String table(List<MoveStatus> moves) {
        if (moves.isEmpty()) {
            return "There is no such move.";
        }
        StringBuilder text =
                new StringBuilder(String.format(Locale.ROOT, ROW, "MOVE", "TENANT", "WAY", "PHASE", "FOR", "PROGRESS"));
        for (MoveStatus status : moves) {
            Move move = status.move();
            text.append(String.format(
                    Locale.ROOT,
                    ROW,
                    move.id(),
                    move.tenant(),
                    move.source().home().tier() + " to " + move.target().tier(),
                    move.phase(),
                    ProgressText.of(
                            move.phase().isTerminal()
                                    ? Duration.between(status.phaseSince(), Instant.now())
                                    : status.inPhaseAt(Instant.now())),
                    remark(status)));
        }
        return text.toString().stripTrailing();
    }

    private static String remark(MoveStatus status) {
        if (status.move().phase().isTerminal()) {
            return "in "
                    + ProgressText.of(Duration.between(
                            status.startedAt(), status.finishedAt().orElseGet(Instant::now)));
        }
        String run = status.isRunAt(Instant.now()) ? "" : "nobody runs it; ";
        return run + status.failure().or(status::waitingFor).orElseGet(() -> ProgressText.of(status.progress()));
    }
}
