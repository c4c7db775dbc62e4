package dev.rehome.move;

import dev.rehome.move.MovePreview.Prediction;
import dev.rehome.placement.Tier;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the latest moves have shown, of which the next one is predicted: by those that went between the same tiers if there are enough
 * of them, else by all. The figures are medians. Immutable.
 */
public final class Experience {
    /** Before any move. */
    public static final Experience NONE = new Experience(List.of());

    /** A copy of fewer rows says more about its beginning than about its rate. */
    private static final int TELLING_ROWS = 1_000;
    /** Between the same tiers: fewer say more about themselves. */
    private static final int ENOUGH = 3;
    /** Taken until a move has shown what the servers can do. Measured on two cores beside traffic: three times as much. */
    private static final double ASSUMED_ROWS_PER_SECOND = 20_000;

    private static final Duration ASSUMED_FENCED_PASS = Duration.ofSeconds(2);

    private final List<Measure> measures;

    public Experience(Collection<Measure> measures) {
        this.measures = List.copyOf(measures);
    }

    /**
     * What one move took.
     *
     * @param copiedRows by its backfill; 0 of a tenant that was copied in the fence
     * @param fenced how long the fence of its cutover was up
     * @param untilServed from the plan to the cutover
     * @param held whether the cutover waited for a human, and so took as long as the human
     */
    public record Measure(Tier from, Tier to, long copiedRows, Duration fenced, Duration untilServed, boolean held) {
        boolean tellsRate() {
            return !held && copiedRows >= TELLING_ROWS;
        }

        boolean tellsFencedPass() {
            return !held && copiedRows == 0;
        }

        double rowsPerSecond() {
            return copiedRows * 1000.0 / Math.max(1, untilServed.toMillis());
        }
    }

    /** How long the move of so many rows takes, by all that is known. */
    public Prediction predict(long rows, Tier from, Tier to, MoveOptions options) {
        boolean fencedPass = rows <= options.fencedPassRows();
        Duration untilServed;
        String basis;
        if (fencedPass) {
            Learnt<Duration> learnt = learn(from, to, Measure::tellsFencedPass, Measure::untilServed);
            untilServed = learnt.median().orElse(ASSUMED_FENCED_PASS);
            basis = learnt.median().isEmpty()
                    ? "an assumption, as no tenant as small has been moved yet"
                    : "earlier moves of tenants as small" + learnt.way();
        } else {
            Learnt<Double> learnt = learn(from, to, Measure::tellsRate, Measure::rowsPerSecond);
            double rate = learnt.median().orElse(ASSUMED_ROWS_PER_SECOND);
            untilServed = ASSUMED_FENCED_PASS.plusMillis(Math.round(rows * 1000.0 / rate));
            basis = String.format(Locale.ROOT, "%,.0f rows/s", rate)
                    + (learnt.median().isEmpty()
                            ? ", which is assumed, as no move has been measured yet"
                            : " over whole earlier moves" + learnt.way());
        }
        Optional<Duration> pause =
                learn(from, to, measure -> true, Measure::fenced).median();
        return new Prediction(untilServed, fencedPass, pause, options.cutover().maxPause(), basis);
    }

    /** @param way between which tiers those went that it was learnt from, for people; empty if there is nothing to say */
    private record Learnt<T>(Optional<T> median, String way) {}

    private <T extends Comparable<T>> Learnt<T> learn(
            Tier from, Tier to, Predicate<Measure> telling, Function<Measure, T> figure) {
        List<T> all = measures.stream().filter(telling).map(figure).toList();
        List<T> same = measures.stream()
                .filter(telling)
                .filter(measure -> measure.from() == from && measure.to() == to)
                .map(figure)
                .toList();
        String way = " from " + from + " to " + to;
        return same.size() >= ENOUGH
                ? new Learnt<>(median(same), way)
                : new Learnt<>(
                        median(all), ", of which " + (same.isEmpty() ? "none" : "only " + same.size()) + " went" + way);
    }

    private static <T extends Comparable<T>> Optional<T> median(List<T> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst();
    }
}
