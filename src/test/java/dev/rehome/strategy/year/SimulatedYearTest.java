package dev.rehome.strategy.year;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.strategy.Reason.Kind;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The long form is a command: see {@link SimulatedYear}. */
class SimulatedYearTest {
    /** Replays with {@code -Dseed=N}. */
    private static final long SEED = Long.getLong("seed", 7);

    @Test
    void aYearOfGrowthSeasonsAndASaleKeepsAllRulesAndFlapsNobody() {
        YearBook book = new SimulatedYear(600, 365, SEED, Duration.ofHours(3))
                .run(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

        assertEquals(List.of(), book.violations(), "seed " + SEED);
        assertTrue(book.moves(Kind.SIZE) > 50, "moves that growth asked for: " + book.moves(Kind.SIZE));
        assertTrue(book.moves(Kind.SHRUNK) > 0, "moves that shrinking asked for: " + book.moves(Kind.SHRUNK));
    }
}
