package dev.rehome.cli;

import dev.rehome.cli.screen.ProgressText;
import dev.rehome.move.MovePreview;
import dev.rehome.move.MovePreview.TableSize;
import java.util.Locale;

/** What a move would meet, for people. */
final class PreviewText {
    private PreviewText() {}

    static String of(MovePreview preview) {
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
