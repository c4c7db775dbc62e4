package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.dashboard.HomeView;
import dev.rehome.fence.Residency.Holder;
import dev.rehome.move.MovePreview;
import dev.rehome.move.MovePreview.Prediction;
import dev.rehome.move.MovePreview.TableSize;
import dev.rehome.placement.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a move would meet, as scripts see it. */
record PreviewView(
        String tenant,
        @Nullable HomeView from,
        HomeView to,
        boolean possible,
        List<RefusalView> refusals,
        List<String> waits,
        List<TableSize> tables,
        long rows,
        long bytes,
        @Nullable Long untilServedMillis,
        @Nullable Long pauseMillis,
        @Nullable Long longestPauseMillis,
        @Nullable Boolean fencedPass,
        @Nullable String basis,
        List<String> openTransactions,
        List<String> notChecked) {

    record RefusalView(String kind, String reason) {}

    static PreviewView of(MovePreview preview) {
        Optional<Prediction> prediction = preview.prediction();
        return new PreviewView(
                preview.tenant().toString(),
                preview.source().map(Placement::home).map(HomeView::of).orElse(null),
                HomeView.of(preview.target()),
                preview.isPossible(),
                preview.refusals().stream()
                        .map(refusal -> new RefusalView(refusal.kind().name(), refusal.reason()))
                        .toList(),
                preview.waits(),
                preview.tables(),
                preview.rows(),
                preview.bytes(),
                prediction.map(Prediction::untilServed).map(Duration::toMillis).orElse(null),
                prediction.flatMap(Prediction::pause).map(Duration::toMillis).orElse(null),
                prediction.map(Prediction::longestPause).map(Duration::toMillis).orElse(null),
                prediction.map(Prediction::fencedPass).orElse(null),
                prediction.map(Prediction::basis).orElse(null),
                preview.openTransactions().stream().map(Holder::toString).toList(),
                preview.notChecked());
    }

    static String text(MovePreview preview) {
        StringBuilder text = new StringBuilder("tenant   " + preview.tenant() + "\n");
        preview.source()
                .ifPresent(source -> text.append("from     ")
                        .append(source.home())
                        .append(" at epoch ")
                        .append(source.epoch())
                        .append('\n'));
        text.append("to       ").append(preview.target()).append('\n');
        for (TableSize table : preview.tables()) {
            text.append(String.format(
                    Locale.ROOT, "  %-24s %,12d rows %10.1f MB%n", table.name(), table.rows(), table.bytes() / 1e6));
        }
        preview.prediction().ifPresent(prediction -> {
            text.append(String.format(
                    Locale.ROOT,
                    "size     %,d rows, %.1f MB%s%n",
                    preview.rows(),
                    preview.bytes() / 1e6,
                    prediction.fencedPass() ? "; so few that they are copied in the fence" : ""));
            text.append("time     about ")
                    .append(ProgressText.of(prediction.untilServed()))
                    .append(" until the target serves, by ")
                    .append(prediction.basis())
                    .append('\n');
            text.append("pause    ")
                    .append(prediction
                            .pause()
                            .map(pause -> "about " + ProgressText.of(pause) + ", as in earlier cutovers")
                            .orElse("not known yet, as no cutover has been measured"))
                    .append("; never more than ")
                    .append(ProgressText.of(prediction.longestPause()))
                    .append('\n');
        });
        preview.openTransactions()
                .forEach(holder -> text.append("open     ").append(holder).append('\n'));
        preview.waits()
                .forEach(reason -> text.append("waits    ").append(reason).append('\n'));
        preview.notChecked()
                .forEach(what -> text.append("look at  ").append(what).append('\n'));
        preview.refusals()
                .forEach(refusal ->
                        text.append("REFUSED  ").append(refusal.reason()).append('\n'));
        return text.append(preview.isPossible() ? "The move can be started." : "The move would be refused.")
                .toString();
    }
}
