package dev.rehome.fleet.levels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.fleet.levels.SchemaPlan.Group;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SchemaRunnerTest {
    private static final RunOptions OPTIONS = RunOptions.DEFAULT.toBuilder()
            .parallel(3, 3)
            .limits(Duration.ofMillis(200), Duration.ofSeconds(20))
            .lease(Duration.ofSeconds(2))
            .build();

    @Test
    void aMixedFleetComesToTheNewestLevelAndThenHasNothingToDo() throws Exception {
        try (NotesFleet fleet = new NotesFleet(3)) {
            fleet.create(Tier.SHARED);
            fleet.create(Tier.SHARED);
            fleet.create(Tier.DATABASE);
            SchemaPlan plan = SchemaPlan.of(fleet.survey(NotesFleet.THIRD));
            assertEquals(5, plan.homes());
            assertEquals(0, plan.upToDate());
            assertEquals(5, plan.groups().stream().mapToLong(Group::homes).sum());
            Group group = plan.groups().get(0);
            assertEquals(
                    "[test:note-length, test:long-notes]",
                    group.rendering().changesets().toString());
            assertTrue(group.rendering().sql("shared").contains("create view long_notes"));

            RunReport report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);

            assertEquals(5, report.count(State.DONE));
            assertTrue(report.ended());
            assertTrue(SchemaPlan.of(fleet.survey(NotesFleet.THIRD)).isNothingToDo());
            RunReport again = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);
            assertEquals(0, again.count(State.DONE));
            assertTrue(again.isComplete());
        }
    }

    @Test
    void theSchemaRehomeOfADatabaseIsPartOfThePlan() throws Exception {
        try (NotesFleet fleet = new NotesFleet(1)) {
            fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);
            fleet.execute(
                    fleet.shared,
                    "update rehome.databasechangelog set md5sum = '9:0' where id = 'enter';"
                            + " delete from rehome.databasechangelog where id = 'temporary-tables'");

            SchemaPlan plan = SchemaPlan.of(fleet.survey(NotesFleet.THIRD));
            assertEquals(List.of("enter", "temporary-tables"), plan.databases().get(fleet.control));
            assertEquals(
                    1, fleet.runner(OPTIONS, "one").migrate(RunListener.NONE).count(State.DONE));

            assertTrue(SchemaPlan.of(fleet.survey(NotesFleet.THIRD)).isNothingToDo());
        }
    }

    @Test
    void aFailureInHome37Of100StopsTheRunThereAndARetryFinishesIt() throws Exception {
        try (NotesFleet fleet = new NotesFleet(100)) {
            Home spoilt = fleet.home(37);
            fleet.spoil(spoilt);

            RunReport report = fleet.runner(OPTIONS.toBuilder().parallel(1, 1).build(), "one")
                    .migrate(RunListener.NONE);

            assertEquals(36, report.count(State.DONE));
            assertEquals(1, report.count(State.FAILED));
            assertEquals(64, report.count(State.PENDING));
            HomeResult failure = report.failures().get(0);
            assertEquals(spoilt, failure.home());
            assertTrue(failure.reason().orElseThrow().startsWith("changeset test:long-notes"), failure.toString());
            assertEquals(36, fleet.upToDate());

            // Going on leaves it alone; a retry begins it again.
            report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);
            assertEquals(100, report.count(State.DONE));
            assertEquals(1, report.count(State.FAILED));
            assertFalse(report.ended());
            fleet.mend(spoilt);
            report = fleet.runner(OPTIONS, "one").retry(RunListener.NONE);
            assertEquals(101, report.count(State.DONE));
            assertTrue(report.ended());
            assertEquals(101, fleet.upToDate());
        }
    }

    @Test
    void failuresAreGoneOnPastAsOftenAsAllowed() throws Exception {
        try (NotesFleet fleet = new NotesFleet(20)) {
            for (int no : List.of(3, 7, 12)) {
                fleet.spoil(fleet.home(no));
            }
            RunReport report = fleet.runner(
                            OPTIONS.toBuilder().parallel(1, 1).stopAfter(2).build(), "one")
                    .migrate(RunListener.NONE);
            assertEquals(5, report.count(State.DONE));
            assertEquals(2, report.count(State.FAILED));

            report = fleet.runner(OPTIONS.toBuilder().stopAfter(0).build(), "one")
                    .migrate(RunListener.NONE);
            assertEquals(18, report.count(State.DONE));
            assertEquals(3, report.count(State.FAILED));
            assertEquals(3, report.failures().size());
            assertFalse(report.isComplete());
        }
    }

    @Test
    void canariesComeFirstThenGrowingWavesThenTheSharedHome() throws Exception {
        try (NotesFleet fleet = new NotesFleet(8)) {
            Home canary = fleet.home(5);
            List<Home> order = new ArrayList<>();
            fleet.runner(
                            OPTIONS.toBuilder()
                                    .parallel(1, 1)
                                    .waves(2, 2)
                                    .canaries(List.of(fleet.tenant(canary)))
                                    .build(),
                            "one")
                    .migrate(new RunListener() {
                        @Override
                        public void ended(HomeResult result) {
                            order.add(result.home());
                        }
                    });
            assertEquals(canary, order.get(0));
            assertEquals(fleet.home(1), order.get(1));
            assertEquals(fleet.shared, order.get(8));
            assertEquals(
                    "0 1 1 2 2 2 2 3 3",
                    fleet.ask(
                            fleet.shared,
                            "select string_agg(wave::text, ' ' order by wave) from rehome_directory.schema_run_home"));
        }
    }

    @Test
    void theCanariesFailureStopsEverything() throws Exception {
        try (NotesFleet fleet = new NotesFleet(4)) {
            Home canary = fleet.home(3);
            fleet.spoil(canary);
            RunReport report = fleet.runner(
                            OPTIONS.toBuilder()
                                    .canaries(List.of(fleet.tenant(canary)))
                                    .build(),
                            "one")
                    .migrate(RunListener.NONE);
            assertEquals(0, report.count(State.DONE));
            assertEquals(1, report.count(State.FAILED));
            assertEquals(4, report.count(State.PENDING));
        }
    }

    @Test
    void twoRunnersAtOnceShareTheHomesAndDoNoneTwice() throws Exception {
        try (NotesFleet fleet = new NotesFleet(40)) {
            List<Home> done = Collections.synchronizedList(new ArrayList<>());
            RunListener noting = new RunListener() {
                @Override
                public void ended(HomeResult result) {
                    if (result.changesets() > 0) {
                        done.add(result.home());
                    }
                }
            };
            SchemaRunner one = fleet.runner(OPTIONS.toBuilder().parallel(2, 2).build(), "one");
            SchemaRunner two = fleet.runner(OPTIONS.toBuilder().parallel(2, 2).build(), "two");
            CompletableFuture<RunReport> other = CompletableFuture.supplyAsync(() -> migrate(two, noting));
            RunReport report = migrate(one, noting);
            assertTrue(other.join().isComplete());
            assertTrue(report.isComplete());
            assertEquals(41, done.size());
            assertEquals(41, done.stream().distinct().count());
            assertEquals(41, fleet.upToDate());
        }
    }

    private static RunReport migrate(SchemaRunner runner, RunListener listener) {
        try {
            return runner.migrate(listener);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWaveIsTakenBackByLiquibase() throws Exception {
        try (NotesFleet fleet = new NotesFleet(4)) {
            Home elsewhere = fleet.home(2);
            RunReport report =
                    fleet.runner(OPTIONS.toBuilder().waves(3, 1).build(), "one").migrate(RunListener.NONE);
            fleet.execute(elsewhere, "update databasechangelog set md5sum = null where id = 'notes'");

            RunReport back = fleet.runner(OPTIONS, "one").rollBack(report.run(), 1, null, RunListener.NONE);

            assertEquals(2, back.count(State.ROLLED_BACK));
            assertEquals(1, back.failures().size());
            assertTrue(back.failures().get(0).reason().orElseThrow().contains("has been changed since"));
            assertEquals(3, fleet.upToDate());
            assertEquals("null", fleet.ask(fleet.home(1), "select to_regclass('long_notes')"));
        }
    }

    @Test
    void aLockedTableIsTriedAgainUntilItIsFree() throws Exception {
        try (NotesFleet fleet = new NotesFleet(1);
                Connection reader = fleet.servers.open(fleet.home(1), DatabaseRole.OWNER, "test reader");
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("lock table notes in access share mode");
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(() -> migrate(
                    fleet.runner(
                            OPTIONS.toBuilder()
                                    .limits(Duration.ofMillis(20), Duration.ofMinutes(1))
                                    .build(),
                            "one"),
                    RunListener.NONE));
            while (!hasWaited(fleet)) {
                Thread.onSpinWait();
            }
            assertFalse(run.isDone());
            reader.rollback();
            assertTrue(run.join().isComplete());
        }
    }

    /** The runner has been at the home: the shared home, which comes last, is not begun before it. */
    private static boolean hasWaited(NotesFleet fleet) throws SQLException {
        return fleet.ask(
                        fleet.shared,
                        "select count(*) from pg_locks l join pg_class c on c.oid = l.relation where c.relname = 'notes' and not l.granted")
                .equals("1");
    }

    @Test
    void aLockThatIsNeverGivenFailsTheHomeAtItsLimit() throws Exception {
        try (NotesFleet fleet = new NotesFleet(1);
                Connection reader = fleet.servers.open(fleet.home(1), DatabaseRole.OWNER, "test reader");
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("lock table notes in access share mode");
            RunReport report = fleet.runner(
                            OPTIONS.toBuilder()
                                    .limits(Duration.ofMillis(20), Duration.ofMillis(300))
                                    .build(),
                            "one")
                    .migrate(RunListener.NONE);
            assertEquals(1, report.count(State.FAILED));
            assertTrue(report.failures().get(0).reason().orElseThrow().contains("55P03"));
            reader.rollback();
        }
    }

    @Test
    void aTenantInAMoveIsSkippedAndDoneAfterIt() throws Exception {
        try (NotesFleet fleet = new NotesFleet(3)) {
            MoveJournal journal = new MoveJournal(fleet.connections);
            Home moving = fleet.home(2);
            Move move = journal.plan(
                    fleet.directory.find(fleet.tenant(moving)).orElseThrow(),
                    new Home(Tier.DATABASE, fleet.control.server(), "elsewhere", "storefront"));

            RunReport report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);

            assertEquals(3, report.count(State.DONE));
            assertEquals(1, report.count(State.SKIPPED));
            assertFalse(report.isComplete());
            fleet.execute(
                    fleet.shared,
                    "update rehome_directory.move set finished_at = now() where move_id = '" + move.id() + "'");
            report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);
            assertEquals(4, report.count(State.DONE));
            assertTrue(report.ended());
        }
    }
}
