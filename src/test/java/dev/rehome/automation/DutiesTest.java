package dev.rehome.automation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DutiesTest {
    private static final String DUTY = "plan";
    private static final Duration LONG = Duration.ofHours(1);

    private TestFleet fleet;
    private Duties duties;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        duties = new Duties(
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test duties"));
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void oneHoldsADutyAndTheOthersDoNot() {
        long token = take("a", LONG).getAsLong();

        assertEquals(OptionalLong.empty(), take("b", LONG));
        assertTrue(duties.renew(DUTY, token, LONG));
        assertEquals(Optional.of("a"), state().holder());
    }

    @Test
    void whatWasDoneIsNotDoneAgainBeforeItsTime() throws SQLException {
        duties.done(DUTY, take("a", LONG).getAsLong(), "7 done");

        assertEquals(OptionalLong.empty(), take("b", LONG));
        assertEquals(Optional.of("7 done"), state().outcome());
        ago("ended_at", LONG);
        assertTrue(take("b", LONG).isPresent());
    }

    @Test
    void askedForItIsDoneBeforeItsTime() {
        duties.done(DUTY, take("a", LONG).getAsLong(), "7 done");

        duties.ask(DUTY);

        assertTrue(take("b", LONG).isPresent());
    }

    @Test
    void whoeverIsNotHeardOfLosesItAndCanSayNothingAboutItAnyMore() throws SQLException {
        long first = take("a", LONG).getAsLong();
        ago("held_until", Duration.ofSeconds(1));

        long second = take("b", LONG).getAsLong();

        assertTrue(second > first);
        assertFalse(duties.renew(DUTY, first, LONG));
        duties.done(DUTY, first, "done by the dead");
        duties.failed(DUTY, first, "failed by the dead");
        duties.giveBack(DUTY, first);
        assertEquals(Optional.of("b"), state().holder());
        assertEquals(Optional.empty(), state().outcome());
        assertTrue(duties.renew(DUTY, second, LONG));
    }

    @Test
    void whatFailsIsTriedAgainLaterEachTime() throws SQLException {
        Duration second = Duration.ofSeconds(1);
        for (int failures = 1; failures <= 3; failures++) {
            duties.failed(DUTY, take("a", second).getAsLong(), "no such server");
            assertEquals(failures, state().failedInARow());
            ago("ended_at", Duration.ofSeconds((5L << (failures - 1)) - 2));
            assertEquals(OptionalLong.empty(), take("a", second), "after " + failures);
            ago("ended_at", Duration.ofSeconds(5L << (failures - 1)));
        }
        assertEquals(Optional.of("no such server"), state().failure());

        duties.done(DUTY, take("a", second).getAsLong(), "well");

        assertEquals(Optional.empty(), state().failure());
        assertEquals(0, state().failedInARow());
        assertEquals(3, state().failures());
        assertEquals(4, state().runs());
    }

    @Test
    void whatIsGivenBackIsThereForOthersAtOnce() {
        duties.giveBack(DUTY, take("a", LONG).getAsLong());

        assertTrue(take("b", LONG).isPresent());
    }

    @Test
    void whatFailsOnceANightIsTriedAgainInTheSameNight() throws SQLException {
        Duration sinceEvening = Duration.ofHours(5);
        Duration quarter = Duration.ofMinutes(15);
        duties.failed(DUTY, duties.take(DUTY, "a", sinceEvening, quarter, LONG).getAsLong(), "no room");
        ago("ended_at", Duration.ofMinutes(14));
        assertEquals(OptionalLong.empty(), duties.take(DUTY, "a", sinceEvening, quarter, LONG));
        ago("ended_at", Duration.ofMinutes(16));
        duties.done(DUTY, duties.take(DUTY, "a", sinceEvening, quarter, LONG).getAsLong(), "well");
        ago("ended_at", Duration.ofMinutes(16));
        assertEquals(OptionalLong.empty(), duties.take(DUTY, "a", sinceEvening, quarter, LONG));
    }

    private OptionalLong take(String holder, Duration interval) {
        return duties.take(DUTY, holder, interval, interval, LONG);
    }

    private DutyState state() {
        return duties.list().get(0);
    }

    private void ago(String column, Duration duration) throws SQLException {
        fleet.execute("update rehome_directory.duty set " + column + " = clock_timestamp() - interval '"
                + duration.toSeconds() + " seconds'");
    }
}
