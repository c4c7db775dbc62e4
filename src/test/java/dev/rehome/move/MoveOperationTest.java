package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.fence.TransactionMode;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator can do to a move while it runs, and what a second mover finds when the first is gone. */
class MoveOperationTest {
    private static final String ALL_KEPT = "lost=0 risen=0 failed=0";
    private static final MoveOptions OPTIONS = Unhurried.OPTIONS.toBuilder()
            .fencedPassRows(0)
            .lease(Duration.ofSeconds(3))
            .build();
    private static final SoakDecision NO_SOAK = SoakDecision.after(Duration.ZERO);

    private TestFleet fleet;
    private TenantConnections connections;
    private MoveJournal journal;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)));
        journal = fleet.journal();
    }

    @AfterEach
    void close() throws SQLException {
        connections.close();
        fleet.close();
    }

    @Test
    void aHeldCutoverWaitsForTheOperatorWhileTheTargetIsKeptCurrent() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = fleet.home(Tier.SCHEMA, shop.tenant());
        Mover mover = mover(OPTIONS);
        Move move = mover.plan(shop.tenant(), target, true);
        AtomicInteger held = new AtomicInteger();
        mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void progressed(Move moving, MoveProgress progress) {
                        if (progress.phase() == MovePhase.CUTOVER && held.incrementAndGet() == 2) {
                            assertEquals(fleet.sharedHome(), placement(shop));
                            shop.work(TransactionMode.DEFAULT);
                            journal.request(move.id(), MoveRequest.CUTOVER, "test");
                        }
                    }
                },
                NO_SOAK);
        assertTrue(held.get() >= 2);
        assertEquals(target, placement(shop));
        assertEquals(ALL_KEPT, shop.audit(target));
    }

    @Test
    void aRequestDoesNotTakeThePlaceOfAnEarlierOneThatIsNotDoneYetUnlessItIsAWayBack() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Move move = mover(OPTIONS).plan(shop.tenant(), fleet.home(Tier.SCHEMA, shop.tenant()), true);
        journal.request(move.id(), MoveRequest.PAUSE, "test");

        RehomeException refused =
                assertThrows(RehomeException.class, () -> journal.request(move.id(), MoveRequest.CUTOVER, "test"));

        assertEquals(ErrorKind.USER, refused.kind());
        assertTrue(refused.getMessage().contains("asked to be paused already"), refused.getMessage());
        assertEquals(
                Optional.of(MoveRequest.PAUSE),
                journal.status(move.id()).orElseThrow().request());
        journal.request(move.id(), MoveRequest.PAUSE, "test");
        journal.resume(move.id(), "test");
        journal.request(move.id(), MoveRequest.CUTOVER, "test");
        assertEquals(MovePhase.CANCELLED, mover(OPTIONS).cancel(move).phase());
    }

    @Test
    void aPreviewNamesWhatKeepsTwoHomesFromTakingOverFromEachOther() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = fleet.home(Tier.SCHEMA, shop.tenant());
        fleet.homes().create(target);
        Mover mover = mover(OPTIONS);
        assertEquals(List.of(), mover.preview(shop.tenant(), target).refusals());
        fleet.execute("create sequence shared.tickets");

        String refusals = mover.preview(shop.tenant(), target).refusals().toString();

        assertTrue(refusals.contains("Sequence tickets is missing in home " + target), refusals);
    }

    @ParameterizedTest
    @EnumSource(names = {"BACKFILL", "VERIFY", "CUTOVER", "SOAK"})
    void aPausedMoveDoesNothingUntilItIsResumedAndTheTenantIsServedMeanwhile(MovePhase phase) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = fleet.home(Tier.SCHEMA, shop.tenant());
        Mover mover = mover(OPTIONS);
        Move move = mover.plan(shop.tenant(), target);
        AtomicInteger entered = new AtomicInteger();
        mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void entered(Move moving, MovePhase now) {
                        if (now == phase && entered.incrementAndGet() == 1) {
                            journal.request(move.id(), MoveRequest.PAUSE, "test");
                        } else if (now == phase && entered.get() == 3) {
                            MoveStatus status = journal.status(move.id()).orElseThrow();
                            assertEquals(phase, status.move().phase());
                            shop.work(TransactionMode.DEFAULT);
                            journal.resume(move.id(), "test");
                        }
                    }
                },
                NO_SOAK);
        assertTrue(entered.get() >= 3);
        assertEquals(target, placement(shop));
        assertEquals(ALL_KEPT, shop.audit(target));
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARE", "BACKFILL", "CATCH_UP", "VERIFY", "CUTOVER"})
    void cancelledInAnyPhaseBeforeTheCutoverItLeavesNothingBehind(MovePhase phase) throws Exception {
        for (Tier tier : List.of(Tier.SCHEMA, Tier.DATABASE)) {
            MovingShop shop = shop(Tier.SHARED);
            Home target = fleet.home(tier, shop.tenant());
            Mover mover = mover(OPTIONS);
            Move move = mover.plan(shop.tenant(), target);
            MoveReport report;
            try (Writers writers = new Writers(shop)) {
                report = mover.run(
                        move,
                        new MoveListener() {
                            @Override
                            public void entered(Move moving, MovePhase now) {
                                if (now == phase) {
                                    journal.request(move.id(), MoveRequest.CANCEL, "test");
                                }
                            }
                        },
                        NO_SOAK);
                writers.stop();
            }
            assertEquals(MovePhase.CANCELLED, report.move().phase());
            assertEquals(fleet.sharedHome(), placement(shop));
            assertEquals(ALL_KEPT, shop.audit(fleet.sharedHome()), () -> "" + shop.failures());
            assertFalse(fleet.homes().exists(target));
            assertNothingLeft(fleet.sharedHome());
        }
    }

    @Test
    void afterTheCutoverItCannotBeCancelledButRolledBack() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Mover mover = mover(OPTIONS);
        Move move = mover.plan(shop.tenant(), fleet.home(Tier.DATABASE, shop.tenant()));
        List<ErrorKind> refused = new ArrayList<>();
        MoveReport report = mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void entered(Move moving, MovePhase phase) {
                        if (phase == MovePhase.SOAK && refused.isEmpty()) {
                            refused.add(assertThrows(
                                            RehomeException.class,
                                            () -> journal.request(move.id(), MoveRequest.CANCEL, "test"))
                                    .kind());
                            journal.request(move.id(), MoveRequest.ROLL_BACK, "test");
                        }
                    }
                },
                soaked -> Verdict.GO_ON);
        assertEquals(List.of(ErrorKind.USER), refused);
        assertEquals(MovePhase.ROLLED_BACK, report.move().phase());
        assertEquals(ALL_KEPT, shop.audit(fleet.sharedHome()));
    }

    static Stream<Tier[]> directions() {
        return MoverTest.directions().map(each -> new Tier[] {(Tier) each.get()[0], (Tier) each.get()[1]});
    }

    @ParameterizedTest
    @MethodSource("directions")
    void aSmallTenantIsCopiedInTheFenceOfItsCutover(Tier from, Tier to) throws Exception {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(from));
        shop.open(5);
        Home source = fleet.home(from, shop.tenant());
        Home target = fleet.home(to, shop.tenant());
        Mover mover = mover(OPTIONS.toBuilder().fencedPassRows(10_000).build());
        Move move = mover.plan(shop.tenant(), target);
        AtomicInteger fences = new AtomicInteger();
        AtomicInteger atCutover = new AtomicInteger();
        MoveReport report;
        try (Writers writers = new Writers(shop)) {
            report = mover.run(
                    move,
                    new MoveListener() {
                        @Override
                        public void fenced(Move moving, long askedAtNanos, Duration fenced) {
                            fences.incrementAndGet();
                        }

                        @Override
                        public void cutOver(Move moving, Duration fenced) {
                            atCutover.set(shop.acknowledged());
                        }
                    },
                    soaked -> shop.acknowledged() > atCutover.get() + 50 ? Verdict.RETIRE : Verdict.GO_ON);
            writers.stop();
        }
        assertEquals(MovePhase.DONE, report.move().phase());
        assertTrue(
                journal.lines(move.id()).stream().anyMatch(line -> line.note().startsWith("few rows")),
                () -> "" + journal.lines(move.id()));
        assertEquals(ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        assertTrue(
                from == Tier.SHARED
                        ? fleet.rowsOf(shop.tenant(), source) == 0
                        : !fleet.homes().exists(source));
        assertNothingLeft(target);
    }

    /** Interleaving: few rows when the copy would begin, many when the cutover comes. */
    @Test
    void aTenantThatOutgrowsTheFenceIsCopiedBesideItsTraffic() throws Exception {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(Tier.SHARED));
        shop.open(2);
        Home target = fleet.home(Tier.SCHEMA, shop.tenant());
        Mover mover = mover(OPTIONS.toBuilder().fencedPassRows(100).build());
        mover.run(
                mover.plan(shop.tenant(), target),
                new MoveListener() {
                    @Override
                    public void entered(Move moving, MovePhase phase) {
                        if (phase == MovePhase.CUTOVER) {
                            for (int i = 0; i < 200; i++) {
                                shop.work(TransactionMode.DEFAULT);
                            }
                        }
                    }
                },
                NO_SOAK);
        assertEquals(ALL_KEPT, shop.audit(target));
        assertNothingLeft(target);
    }

    /** R7. Interleaving: the first mover stops in a phase, the second takes the move over and ends it, the first goes on. */
    @ParameterizedTest
    @EnumSource(names = {"PREPARE", "BACKFILL", "CATCH_UP", "VERIFY", "CUTOVER", "SOAK", "RETIRE"})
    void aMoverThatWasOvertakenDoesNoHarmWhenItComesBack(MovePhase phase) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = fleet.home(Tier.DATABASE, shop.tenant());
        Mover first = mover(OPTIONS);
        Move move = first.plan(shop.tenant(), target);
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch overtaken = new CountDownLatch(1);
        CompletableFuture<RehomeException> end = CompletableFuture.supplyAsync(() -> assertThrows(
                RehomeException.class,
                () -> first.run(
                        move,
                        new MoveListener() {
                            @Override
                            public void entered(Move moving, MovePhase now) {
                                if (now == phase) {
                                    stopped.countDown();
                                    await(overtaken);
                                }
                            }
                        },
                        NO_SOAK)));
        try (Writers writers = new Writers(shop)) {
            await(stopped);
            assertEquals(
                    ErrorKind.BUSY,
                    assertThrows(RehomeException.class, () -> mover(OPTIONS).run(move, MoveListener.NONE, NO_SOAK))
                            .kind());
            MoveReport report = mover(OPTIONS).run(move.id(), MoveListener.NONE, NO_SOAK, true);
            assertEquals(MovePhase.DONE, report.move().phase());
            overtaken.countDown();
            assertEquals(ErrorKind.STALE, end.get(60, TimeUnit.SECONDS).kind());
            writers.stop();
        }
        assertEquals(target, placement(shop));
        assertEquals(ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        assertNothingLeft(target);
    }

    @Test
    void theTimeOfASoakCountsOverAllRuns() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Mover mover = mover(OPTIONS.toBuilder().soak(Duration.ofHours(2)).build());
        Move move = mover.plan(shop.tenant(), fleet.home(Tier.SCHEMA, shop.tenant()));
        Thread caller = Thread.currentThread();
        assertThrows(
                InterruptedException.class,
                () -> mover.run(move, new MoveListener() {
                    @Override
                    public void progressed(Move moving, MoveProgress progress) {
                        if (progress.phase() == MovePhase.SOAK) {
                            caller.interrupt();
                        }
                    }
                }));
        fleet.execute("update rehome_directory.move set phase_since = phase_since - interval '3 hours'");
        assertEquals(MovePhase.DONE, mover.run(move, MoveListener.NONE).move().phase());
    }

    @Test
    void anArchiveHoldsEveryRowOfTheOldHome(@TempDir Path folder) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        long rows = fleet.rowsOf(shop.tenant(), fleet.sharedHome());
        Mover mover = mover(OPTIONS.toBuilder().archive(Optional.of(folder)).build());
        Move move = mover.plan(shop.tenant(), fleet.home(Tier.SCHEMA, shop.tenant()));
        mover.run(move, MoveListener.NONE, NO_SOAK);
        try (ExportFile file = ExportFile.open(folder.resolve(shop.tenant() + "-" + move.id() + ".zip"))) {
            file.verify(ExportListener.NONE);
            assertEquals(rows, file.manifest().rows());
        }
    }

    @Test
    void anArchiveThatCannotBeWrittenKeepsTheOldHome(@TempDir Path folder) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        long rows = fleet.rowsOf(shop.tenant(), fleet.sharedHome());
        Path notAFolder = writeFile(folder.resolve("file"));
        Mover mover = mover(OPTIONS.toBuilder().archive(Optional.of(notAFolder)).build());
        Move move = mover.plan(shop.tenant(), fleet.home(Tier.SCHEMA, shop.tenant()));
        assertEquals(
                ErrorKind.EXTERNAL,
                assertThrows(RehomeException.class, () -> mover.run(move, MoveListener.NONE, NO_SOAK))
                        .kind());
        assertEquals(rows, fleet.rowsOf(shop.tenant(), fleet.sharedHome()));
        assertEquals(
                MovePhase.DONE,
                mover(OPTIONS).run(move, MoveListener.NONE, NO_SOAK).move().phase());
    }

    @Test
    void aServerTakesNoMoreMovesThanItIsAllowedTo() throws Exception {
        MovingShop one = shop(Tier.SHARED);
        MovingShop other = shop(Tier.SHARED);
        Mover mover = mover(OPTIONS.toBuilder().maxConcurrentMoves(1).build());
        Move waiting = mover.plan(other.tenant(), fleet.home(Tier.SCHEMA, other.tenant()));
        List<RehomeException> refused = new ArrayList<>();
        mover.run(
                mover.plan(one.tenant(), fleet.home(Tier.SCHEMA, one.tenant())),
                new MoveListener() {
                    @Override
                    public void entered(Move move, MovePhase phase) {
                        if (phase == MovePhase.VERIFY) {
                            refused.add(assertThrows(
                                    RehomeException.class, () -> mover.run(waiting, MoveListener.NONE, NO_SOAK)));
                        }
                    }
                },
                NO_SOAK);
        assertEquals(ErrorKind.BUSY, refused.get(0).kind());
        assertEquals(
                MovePhase.DONE,
                mover.run(waiting, MoveListener.NONE, NO_SOAK).move().phase());
    }

    /** R6: nobody is made to wait behind a transaction that will not end within the budget. */
    @Test
    void aTransactionOlderThanTheBudgetIsNamedAndTheFenceNotEvenAskedFor() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        MoveOptions tight = OPTIONS.toBuilder()
                .cutover(new CutoverBudget(
                        Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(60), Optional.empty()))
                .build();
        Connection open = connections.acquire(shop.tenant(), TransactionMode.DEFAULT);
        try (Statement statement = open.createStatement()) {
            statement.execute("select pg_sleep(0.2)");
        }
        List<String> events = new ArrayList<>();
        mover(tight)
                .run(
                        mover(tight).plan(shop.tenant(), fleet.home(Tier.SCHEMA, shop.tenant())),
                        new MoveListener() {
                            @Override
                            public void postponed(Move move, String reason) {
                                events.add("postponed");
                                assertTrue(reason.contains("still running: pid"), reason);
                                assertTrue(reason.contains("idle in transaction"), reason);
                                if (events.size() == 2) {
                                    give(open);
                                }
                            }

                            @Override
                            public void fenced(Move move, long askedAtNanos, Duration fenced) {
                                events.add("fenced");
                            }
                        },
                        NO_SOAK);
        assertEquals(List.of("postponed", "postponed", "fenced"), events.subList(0, 3));
    }

    @Test
    void aBlockerIsEndedWhereTheOperatorHasAllowedIt() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        MoveOptions impatient = OPTIONS.toBuilder()
                .cutover(new CutoverBudget(
                        Duration.ofSeconds(5),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(60),
                        Optional.of(Duration.ofMillis(1))))
                .build();
        Connection open = connections.acquire(shop.tenant(), TransactionMode.DEFAULT);
        Move move = mover(impatient).plan(shop.tenant(), fleet.home(Tier.SCHEMA, shop.tenant()));
        mover(impatient).run(move, MoveListener.NONE, NO_SOAK);
        assertTrue(journal.lines(move.id()).stream()
                .anyMatch(line -> line.note().startsWith("ended, as configured: pid")));
        SQLException lost = assertThrows(SQLException.class, () -> {
            try (Statement statement = open.createStatement()) {
                statement.execute("select 1");
            }
        });
        assertEquals("57P01", lost.getSQLState());
        connections.release(open);
    }

    private MovingShop shop(Tier tier) throws SQLException {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(tier));
        shop.open(100);
        return shop;
    }

    private Mover mover(MoveOptions options) {
        return new Mover(fleet.servers(), fleet.homes(), fleet.directory(), journal, TestFleet.TENANT_COLUMN, options);
    }

    private Home placement(MovingShop shop) {
        return fleet.directory().find(shop.tenant()).orElseThrow().home();
    }

    /** Of a move that has ended. */
    private void assertNothingLeft(Home serving) throws SQLException {
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.residency where capture"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.lease"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.backfill_range"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.backfill_arrival"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.change"));
        assertEquals(List.of(), journal.unsettled());
        assertEquals(
                0,
                fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from rehome_directory.move where lease_until is not null"));
    }

    private void give(Connection connection) {
        try {
            connection.rollback();
            connections.release(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path writeFile(Path file) throws IOException {
        return Files.writeString(file, "not a folder");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(120, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
