package dev.rehome.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.DailyWindow;
import dev.rehome.config.StrategyConfig;
import dev.rehome.cost.Cost;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Plans.Start;
import dev.rehome.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    /** In Berlin one o'clock in the night. */
    private static final Instant AT_NIGHT = Instant.parse("2026-01-10T00:00:00Z");

    private static final Instant AT_NOON = Instant.parse("2026-01-10T11:00:00Z");
    private static final String NIGHTLY = "windows: [\"22:00-05:00 Europe/Berlin\"]";

    @Test
    void withoutWindowsAndLimitsEverythingBeginsAtOnce() {
        assertEquals(List.of(1, 2, 3), begun("", AT_NOON, lines(3, 100, 1), List.of()));
    }

    @Test
    void outsideTheWindowNothingBeginsAndItSaysWhenTheNextOneOpens() {
        Pace.Turn turn = turn(NIGHTLY, AT_NOON, lines(1, 100, 1), List.of());

        assertEquals(List.of(), turn.begin());
        assertEquals(
                "moves are begun in [22:00-05:00 Europe/Berlin], next at 2026-01-10T21:00:00Z",
                turn.waiting().orElseThrow());
        assertEquals(List.of(1), begun(NIGHTLY, AT_NIGHT, lines(1, 100, 1), List.of()));
    }

    @Test
    void theEdgesOfAWindowAreItsBeginningAndNotItsEnd() {
        assertEquals(List.of(1), begun(NIGHTLY, Instant.parse("2026-01-10T21:00:00Z"), lines(1, 0, 0), List.of()));
        assertEquals(List.of(), begun(NIGHTLY, Instant.parse("2026-01-10T20:59:59Z"), lines(1, 0, 0), List.of()));
        assertEquals(List.of(), begun(NIGHTLY, Instant.parse("2026-01-10T04:00:00Z"), lines(1, 0, 0), List.of()));
        assertEquals(List.of(1), begun(NIGHTLY, Instant.parse("2026-01-10T03:59:59Z"), lines(1, 0, 0), List.of()));
    }

    @Test
    void theNightInWhichClocksAreChangedIsAnHourShorterOrLonger() {
        List<DailyWindow> windows = config(NIGHTLY).rules().windows();

        assertEquals(
                Duration.ofHours(6),
                Night.at(windows, Instant.parse("2026-03-28T22:00:00Z"))
                        .orElseThrow()
                        .length());
        assertEquals(
                Duration.ofHours(8),
                Night.at(windows, Instant.parse("2026-10-24T22:00:00Z"))
                        .orElseThrow()
                        .length());
    }

    @Test
    void theMovesOfANightAreCountedFromItsBeginning() {
        List<Start> earlier = List.of(
                new Start(AT_NIGHT.minus(Duration.ofHours(4)), OptionalLong.of(1)), // before the window opened
                new Start(AT_NIGHT.minus(Duration.ofHours(2)), OptionalLong.of(1)));

        Pace.Turn turn = turn(NIGHTLY + ", moves_per_night: 3", AT_NIGHT, lines(5, 100, 1), earlier);

        assertEquals(List.of(1, 2), numbers(turn));
        assertTrue(turn.waiting().orElseThrow().contains("3 moves begun since 2026-01-09T21:00:00Z"), turn.toString());
    }

    @Test
    void withoutAWindowTheNightIsADay() {
        List<Start> earlier = List.of(
                new Start(AT_NOON.minus(Duration.ofHours(25)), OptionalLong.of(1)),
                new Start(AT_NOON.minus(Duration.ofHours(23)), OptionalLong.of(1)));

        assertEquals(List.of(1), begun("moves_per_night: 2", AT_NOON, lines(5, 100, 1), earlier));
    }

    @Test
    void whoIsTooLargeForTheRestOfTheHourIsNextAllTheSame() {
        List<PlanLine> lines = List.of(line(1, 600_000_000, 1), line(2, 900_000_000, 1), line(3, 100_000_000, 1));

        assertEquals(List.of(1), begun("bytes_per_hour: 1GB", AT_NOON, lines, List.of()));
        assertEquals(
                List.of(),
                begun(
                        "bytes_per_hour: 1GB",
                        AT_NOON,
                        lines.subList(1, 3),
                        List.of(new Start(AT_NOON.minus(Duration.ofMinutes(59)), OptionalLong.of(600_000_000)))));
        assertEquals(
                List.of(2, 3),
                begun(
                        "bytes_per_hour: 1GB",
                        AT_NOON,
                        lines.subList(1, 3),
                        List.of(new Start(AT_NOON.minus(Duration.ofMinutes(61)), OptionalLong.of(600_000_000)))));
    }

    @Test
    void whoIsLargerThanTheHoursBytesGoesAlone() {
        assertEquals(
                List.of(1),
                begun("bytes_per_hour: 1GB", AT_NOON, List.of(line(1, 5_000_000_000L, 1), line(2, 1, 1)), List.of()));
    }

    @Test
    void whoWouldNotBeDoneBeforeTheWindowClosesWaitsAndLetsOthersGo() {
        List<PlanLine> lines = List.of(line(1, 1, 300), line(2, 1, 60));

        assertEquals(List.of(2), begun(NIGHTLY, AT_NIGHT, lines, List.of()));
        assertEquals(List.of(1, 2), begun(NIGHTLY, Instant.parse("2026-01-10T21:30:00Z"), lines, List.of()));
    }

    @Test
    void whoIsLongerThanEveryNightBeginsEarlyInOne() {
        List<PlanLine> lines = List.of(line(1, 1, 24 * 60));

        assertEquals(List.of(1), begun(NIGHTLY, Instant.parse("2026-01-10T21:30:00Z"), lines, List.of()));
        assertEquals(List.of(), begun(NIGHTLY, AT_NIGHT, lines, List.of()));
    }

    private static List<Integer> begun(String rules, Instant now, List<PlanLine> approved, List<Start> earlier) {
        return numbers(turn(rules, now, approved, earlier));
    }

    private static Pace.Turn turn(String rules, Instant now, List<PlanLine> approved, List<Start> earlier) {
        return new Pace(config(rules).rules()).at(now, approved, earlier);
    }

    private static StrategyConfig config(String rules) {
        return PlannedFleet.config(PlannedFleet.FLAT, "", rules);
    }

    private static List<Integer> numbers(Pace.Turn turn) {
        return turn.begin().stream()
                .map(line -> (int) line.tenant().value().getLeastSignificantBits())
                .toList();
    }

    private static List<PlanLine> lines(int count, long bytes, long minutes) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> line(number, bytes, minutes))
                .toList();
    }

    private static PlanLine line(int number, long bytes, long minutes) {
        TenantId tenant = PlannedFleet.tenant(number);
        StrategyConfig config = config("");
        return new PlanLine(
                LineId.random(),
                new Placement(tenant, config.sharedHome(), new Epoch(1)),
                config.homeFor(tenant, Tier.DATABASE),
                new Reason(Reason.Kind.SIZE, "orders 2 > 1"),
                OptionalLong.of(bytes),
                new Expectation(Optional.of(Duration.ofMinutes(minutes)), Optional.empty(), "test"),
                Cost.ZERO,
                Cost.ZERO,
                AT_NOON,
                State.APPROVED,
                Optional.of("test"),
                Optional.of(AT_NOON),
                Optional.empty(),
                Optional.empty());
    }
}
