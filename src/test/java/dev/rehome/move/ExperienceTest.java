package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.move.Experience.Measure;
import dev.rehome.move.MovePreview.Prediction;
import dev.rehome.placement.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExperienceTest {
    private static final long ROWS = 100_000;

    @Test
    void beforeAnyMoveItSaysThatItAssumes() {
        Prediction prediction = predict(List.of(), ROWS);

        assertEquals(Duration.ofSeconds(7), prediction.untilServed());
        assertEquals(Optional.empty(), prediction.pause());
        assertEquals("20,000 rows/s, which is assumed, as no move has been measured yet", prediction.basis());
    }

    @Test
    void enoughMovesBetweenTheSameTiersSpeakForThemselves() {
        List<Measure> measures = Stream.concat(
                        Stream.of(10, 20, 30).map(seconds -> measure(Tier.SHARED, Tier.DATABASE, 50_000, seconds)),
                        Stream.of(1, 1, 1, 1).map(seconds -> measure(Tier.DATABASE, Tier.SHARED, 50_000, seconds)))
                .toList();

        Prediction prediction = predict(measures, ROWS);

        assertEquals(Duration.ofSeconds(42), prediction.untilServed());
        assertEquals("2,500 rows/s over whole earlier moves from SHARED to DATABASE", prediction.basis());
        assertEquals(Optional.of(Duration.ofMillis(20)), prediction.pause());
    }

    @Test
    void tooFewBetweenTheSameTiersAreNotBelievedAlone() {
        List<Measure> measures = List.of(
                measure(Tier.SHARED, Tier.DATABASE, 50_000, 50),
                measure(Tier.SHARED, Tier.SCHEMA, 50_000, 5),
                measure(Tier.SHARED, Tier.SCHEMA, 50_000, 5));

        assertEquals(
                "10,000 rows/s over whole earlier moves, of which only 1 went from SHARED to DATABASE",
                predict(measures, ROWS).basis());
        assertEquals(
                "10,000 rows/s over whole earlier moves, of which none went from SHARED to DATABASE",
                predict(measures.subList(1, 3), ROWS).basis());
    }

    @Test
    void whoIsCopiedInTheFenceIsPredictedByThoseWhoWere() {
        List<Measure> measures =
                List.of(measure(Tier.SHARED, Tier.DATABASE, 50_000, 50), measure(Tier.SHARED, Tier.DATABASE, 0, 3));

        Prediction prediction = predict(measures, 10);

        assertEquals(Duration.ofSeconds(3), prediction.untilServed());
        assertEquals(
                "earlier moves of tenants as small, of which only 1 went from SHARED to DATABASE", prediction.basis());
        assertEquals(
                "an assumption, as no tenant as small has been moved yet",
                predict(List.of(), 10).basis());
    }

    @Test
    void whatWaitedForAHumanTellsNoRate() {
        Measure held =
                new Measure(Tier.SHARED, Tier.DATABASE, 50_000, Duration.ofMillis(20), Duration.ofHours(9), true);

        assertEquals(
                "20,000 rows/s, which is assumed, as no move has been measured yet",
                predict(List.of(held), ROWS).basis());
    }

    private static Prediction predict(List<Measure> measures, long rows) {
        return new Experience(measures).predict(rows, Tier.SHARED, Tier.DATABASE, MoveOptions.DEFAULT);
    }

    private static Measure measure(Tier from, Tier to, long rows, int seconds) {
        return new Measure(from, to, rows, Duration.ofMillis(20), Duration.ofSeconds(seconds), false);
    }
}
