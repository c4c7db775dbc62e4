package dev.rehome.bench.move;

import dev.rehome.bench.Spread;
import dev.rehome.move.MovePhase;
import dev.rehome.placement.Database;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A whole move compared with a bare copy, and its verification with its copy: in turn, nobody else at work. */
final class CopySection {
    private final Market market;
    private final Consumer<String> progress;

    CopySection(Market market, Consumer<String> progress) {
        this.market = market;
        this.progress = progress;
    }

    private static final class Series {
        private final List<Double> moveToBare = new ArrayList<>();
        private final List<Double> copyToBare = new ArrayList<>();
        private final List<Double> verifyToCopy = new ArrayList<>();
        private final List<Double> moveSeconds = new ArrayList<>();
        private final List<Double> bareSeconds = new ArrayList<>();
        private final List<Map<String, Double>> breakdowns = new ArrayList<>();
        private final List<BareCopy.Timing> bare = new ArrayList<>();
        private long bytes;
    }

    /** Returns the median seconds of a move, for each target. */
    Map<Target, Double> run(List<Target> targets, int rounds, Figures figures) throws Exception {
        Map<Target, Series> all = new EnumMap<>(Target.class);
        for (int round = 1; round <= rounds; round++) {
            for (Target target : targets) {
                progress.accept("copy to " + target.label() + ", round " + round + "/" + rounds);
                measure(target, round % 2 == 1, all.computeIfAbsent(target, t -> new Series()));
            }
        }
        Map<Target, Double> seconds = new EnumMap<>(Target.class);
        all.forEach((target, series) -> {
            figures.put("copyToBareCopy", target, Spread.of(series.moveToBare));
            figures.put("verifyToCopy", target, Spread.of(series.verifyToCopy));
            figures.detail("backfillToBareCopy", target, Spread.of(series.copyToBare));
            double move = Spread.of(series.moveSeconds).median();
            seconds.put(target, move);
            figures.detail("copy", target, throughput(series, move));
        });
        return seconds;
    }

    private Map<String, Object> throughput(Series series, double move) {
        Map<String, Object> throughput = new LinkedHashMap<>();
        throughput.put("rows", market.size().rows());
        throughput.put("moveSeconds", move);
        throughput.put("bareCopySeconds", Spread.of(series.bareSeconds).median());
        throughput.put("rowsPerSecond", Math.round(market.size().rows() / move));
        throughput.put("megabytesPerSecond", Spread.rounded(series.bytes / 1e6 / move));
        throughput.put("secondsByPart", series.breakdowns);
        throughput.put("bareCopies", series.bare);
        return throughput;
    }

    private void measure(Target target, boolean bareFirst, Series series) throws Exception {
        BareCopy.Timing bare = bareFirst ? bare(target) : null;
        settle();
        TimedMove.Timing move =
                new TimedMove(market, progress).thereAndBack(market.large(), target, TimedMove.Interlude.NONE);
        if (bare == null) {
            bare = bare(target);
        }
        if (bare.rows() != move.report().rows()) {
            throw new IllegalStateException("The copies differ: " + bare + ", " + move.report());
        }
        series.moveToBare.add(move.seconds() / bare.seconds());
        series.copyToBare.add(move.copySeconds() / bare.seconds());
        series.verifyToCopy.add(move.seconds(MovePhase.VERIFY) / move.copySeconds());
        series.moveSeconds.add(move.seconds());
        series.bareSeconds.add(bare.seconds());
        series.breakdowns.add(move.breakdown());
        series.bare.add(bare);
        series.bytes = bare.bytes();
        progress.accept("  move " + Spread.rounded(move.seconds()) + " s, bare " + bare + "; " + move.breakdown());
    }

    private BareCopy.Timing bare(Target target) throws Exception {
        settle();
        return new BareCopy(
                        market,
                        target == Target.SERVER ? new Database(TwoServers.ELSEWHERE, "postgres") : TwoServers.CONTROL)
                .run();
    }

    /** So that neither pays for writing what the other has left in memory. */
    private void settle() throws Exception {
        for (String server : List.of(TwoServers.CONTROL.server(), TwoServers.ELSEWHERE)) {
            try (Connection connection = market.servers().administrator(new Database(server, "postgres"));
                    Statement statement = connection.createStatement()) {
                statement.execute("checkpoint");
            }
        }
    }
}
