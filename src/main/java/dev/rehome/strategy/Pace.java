package dev.rehome.strategy;

import dev.rehome.config.StrategyRules;
import dev.rehome.strategy.Plans.Start;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How many of the approved moves may be begun now: by the windows, the moves of a night and the bytes of an hour. Immutable; decides
 * from values alone.
 */
public final class Pace {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final StrategyRules rules;

    public Pace(StrategyRules rules) {
        this.rules = rules;
    }

    /**
     * What may be begun.
     *
     * @param begin in this order
     * @param waiting why the others may not yet, for people; empty if there are none
     */
    public record Turn(List<PlanLine> begin, Optional<String> waiting) {}

    /** So long back it has to be known what was begun. */
    public Duration memory() {
        return DAY.plus(HOUR);
    }

    /**
     * @param approved the most pressing first
     * @param earlier what was begun within {@link #memory()}
     */
    public Turn at(Instant now, List<PlanLine> approved, Collection<Start> earlier) {
        Optional<Night> night = Night.at(rules.windows(), now);
        if (approved.isEmpty()) {
            return new Turn(List.of(), Optional.empty());
        }
        if (!rules.windows().isEmpty() && night.isEmpty()) {
            return new Turn(
                    List.of(),
                    Optional.of("moves are begun in " + rules.windows() + ", next at "
                            + Night.after(rules.windows(), now)
                                    .map(next -> next.begin().toString())
                                    .orElse("never")));
        }
        List<PlanLine> begin = new ArrayList<>();
        Optional<String> waiting = Optional.empty();
        Instant since = night.map(Night::begin).orElse(now.minus(DAY));
        long begun =
                earlier.stream().filter(start -> !start.at().isBefore(since)).count();
        long bytes = earlier.stream()
                .filter(start -> start.at().isAfter(now.minus(HOUR)))
                .mapToLong(start -> start.bytes().orElse(0))
                .sum();
        for (PlanLine line : approved) {
            if (rules.movesPerNight().isPresent()
                    && begun >= rules.movesPerNight().getAsInt()) {
                return new Turn(
                        begin,
                        Optional.of(begun + " moves begun since " + shown(since) + ", and "
                                + rules.movesPerNight().getAsInt() + " are allowed (moves_per_night)"));
            }
            long more = line.bytes().orElse(0);
            if (rules.bytesPerHour().isPresent()
                    && bytes > 0
                    && bytes + more > rules.bytesPerHour().getAsLong()) {
                // The most pressing one is next, even if a smaller one would fit: else it might wait for ever.
                return new Turn(
                        begin,
                        Optional.of(String.format(
                                Locale.ROOT,
                                "%.1f MB begun within an hour, tenant %s has %.1f MB, and %.1f are allowed (bytes_per_hour)",
                                bytes / 1e6,
                                line.tenant(),
                                more / 1e6,
                                rules.bytesPerHour().getAsLong() / 1e6)));
            }
            if (night.isPresent() && !fits(line, now, night.get())) {
                waiting = Optional.of("tenant " + line.tenant() + " is expected to take longer than until "
                        + shown(night.get().end()) + ", the end of the window");
                continue;
            }
            begin.add(line);
            begun++;
            bytes += more;
        }
        return new Turn(begin, waiting);
    }

    /** What is longer than every night is begun early in one, or never. */
    private static boolean fits(PlanLine line, Instant now, Night night) {
        Duration expected = line.expected().untilServed().orElse(Duration.ZERO);
        boolean early = now.isBefore(night.begin().plus(night.length().dividedBy(4)));
        return !now.plus(expected).isAfter(night.end()) || (early && expected.compareTo(night.length()) > 0);
    }

    private static String shown(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
