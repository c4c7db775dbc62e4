package dev.rehome.dashboard;

import dev.rehome.fence.Residency.Holder;
import dev.rehome.move.MovePreview;
import dev.rehome.move.MovePreview.Prediction;
import dev.rehome.move.MovePreview.TableSize;
import dev.rehome.placement.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a move would meet, as the API and the command line answer it. */
public record PreviewView(
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

    public record RefusalView(String kind, String reason) {}

    public static PreviewView of(MovePreview preview) {
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
}
