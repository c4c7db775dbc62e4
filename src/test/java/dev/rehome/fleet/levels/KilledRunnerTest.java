package dev.rehome.fleet.levels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fleet.levels.ChildRunner.Point;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.placement.Home;
import org.junit.jupiter.api.Test;

class KilledRunnerTest {
    /** Each child gets as far as its first home or second, so that together they die at every boundary and inside homes. */
    @Test
    void whereverARunnerIsKilledTheNextOneGoesOnAndTheEndIsTheSame() throws Exception {
        try (NotesFleet fleet = new NotesFleet(6);
                NotesFleet reference = new NotesFleet(6)) {
            reference.runner(RunOptions.DEFAULT, "reference").migrate(RunListener.NONE);

            ChildRunner.runUntilKilled(fleet, Point.TAKEN, 1);
            assertEquals(0, fleet.upToDate());
            ChildRunner.runUntilKilled(fleet, Point.INSIDE, 1);
            assertEquals(0, fleet.upToDate());
            ChildRunner.runUntilKilled(fleet, Point.COMMITTED, 1);
            assertEquals(1, fleet.upToDate());
            // The home that was committed and not written down is looked at again, as soon as its lease is over.
            ChildRunner.runUntilKilled(fleet, Point.ENDED, 2);
            long before = fleet.upToDate();
            assertTrue(before >= 2, "at the newest level: " + before);
            ChildRunner.runUntilKilled(fleet, Point.INSIDE, 2);
            assertEquals(before + 1, fleet.upToDate());

            RunReport report = fleet.runner(
                            RunOptions.DEFAULT.toBuilder()
                                    .lease(ChildRunner.LEASE)
                                    .build(),
                            "last")
                    .migrate(RunListener.NONE);

            assertTrue(report.ended());
            assertEquals(7, report.count(State.DONE));
            for (int no = 1; no <= 6; no++) {
                assertEquals(state(reference, reference.home(no)), state(fleet, fleet.home(no)));
            }
            assertEquals(state(reference, reference.shared), state(fleet, fleet.shared));
        }
    }

    private static String state(NotesFleet fleet, Home home) throws Exception {
        return fleet.ask(
                home,
                "select (select string_agg(relname, ' ' order by relname) from pg_class where relnamespace = current_schema()::regnamespace)"
                        + " || (select string_agg(concat_ws(' ', orderexecuted, id, md5sum), ' ' order by orderexecuted) from databasechangelog)"
                        + " || (select locked from databasechangeloglock)");
    }
}
