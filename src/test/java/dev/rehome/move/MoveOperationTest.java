package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.fence.TransactionMode;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator has said beforehand: how long a pause may be and who is in its way, how many moves a server takes, what is kept. */
class MoveOperationTest {
    @AutoClose
    private final MoveScene scene = new MoveScene();

    MoveOperationTest() throws SQLException {}

    @Test
    void aPreviewNamesWhatKeepsTwoHomesFromTakingOverFromEachOther() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(Tier.SCHEMA, shop.tenant());
        scene.fleet().homes().create(target);
        Mover mover = scene.mover(MoveScene.OPTIONS);
        assertEquals(List.of(), mover.preview(shop.tenant(), target).refusals());
        scene.fleet().execute("create sequence shared.tickets");

        String refusals = mover.preview(shop.tenant(), target).refusals().toString();

        assertTrue(refusals.contains("Sequence tickets is missing in home " + target), refusals);
    }

    @Test
    void anArchiveHoldsEveryRowOfTheOldHome(@TempDir Path folder) throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        long rows = scene.fleet().rowsOf(shop.tenant(), scene.fleet().sharedHome());
        Mover mover = scene.mover(
                MoveScene.OPTIONS.toBuilder().archive(Optional.of(folder)).build());
        Move move = mover.plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant()));
        mover.run(move, MoveListener.NONE, MoveScene.NO_SOAK);
        try (ExportFile file = ExportFile.open(folder.resolve(shop.tenant() + "-" + move.id() + ".zip"))) {
            file.verify(ExportListener.NONE);
            assertEquals(rows, file.manifest().rows());
        }
    }

    @Test
    void anArchiveThatCannotBeWrittenKeepsTheOldHome(@TempDir Path folder) throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        long rows = scene.fleet().rowsOf(shop.tenant(), scene.fleet().sharedHome());
        Path notAFolder = writeFile(folder.resolve("file"));
        Mover mover = scene.mover(
                MoveScene.OPTIONS.toBuilder().archive(Optional.of(notAFolder)).build());
        Move move = mover.plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant()));
        assertEquals(
                ErrorKind.EXTERNAL,
                assertThrows(RehomeException.class, () -> mover.run(move, MoveListener.NONE, MoveScene.NO_SOAK))
                        .kind());
        assertEquals(rows, scene.fleet().rowsOf(shop.tenant(), scene.fleet().sharedHome()));
        assertEquals(
                MovePhase.DONE,
                scene.mover(MoveScene.OPTIONS)
                        .run(move, MoveListener.NONE, MoveScene.NO_SOAK)
                        .move()
                        .phase());
    }

    @Test
    void aServerTakesNoMoreMovesThanItIsAllowedTo() throws Exception {
        MovingShop one = scene.shop(Tier.SHARED);
        MovingShop other = scene.shop(Tier.SHARED);
        Mover mover =
                scene.mover(MoveScene.OPTIONS.toBuilder().maxConcurrentMoves(1).build());
        Move waiting = mover.plan(other.tenant(), scene.fleet().home(Tier.SCHEMA, other.tenant()));
        List<RehomeException> refused = new ArrayList<>();
        mover.run(
                mover.plan(one.tenant(), scene.fleet().home(Tier.SCHEMA, one.tenant())),
                new MoveListener() {
                    @Override
                    public void entered(Move move, MovePhase phase) {
                        if (phase == MovePhase.VERIFY) {
                            refused.add(assertThrows(
                                    RehomeException.class,
                                    () -> mover.run(waiting, MoveListener.NONE, MoveScene.NO_SOAK)));
                        }
                    }
                },
                MoveScene.NO_SOAK);
        assertEquals(ErrorKind.BUSY, refused.get(0).kind());
        assertEquals(
                MovePhase.DONE,
                mover.run(waiting, MoveListener.NONE, MoveScene.NO_SOAK).move().phase());
    }

    /** R6: nobody is made to wait behind a transaction that will not end within the budget. */
    @Test
    void aTransactionOlderThanTheBudgetIsNamedAndTheFenceNotEvenAskedFor() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        MoveOptions tight = MoveScene.OPTIONS.toBuilder()
                .cutover(new CutoverBudget(
                        Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(60), Optional.empty()))
                .build();
        Connection open = scene.connections().acquire(shop.tenant(), TransactionMode.DEFAULT);
        try (Statement statement = open.createStatement()) {
            statement.execute("select pg_sleep(0.2)");
        }
        List<String> events = new ArrayList<>();
        scene.mover(tight)
                .run(
                        scene.mover(tight).plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant())),
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
                        MoveScene.NO_SOAK);
        assertEquals(List.of("postponed", "postponed", "fenced"), events.subList(0, 3));
    }

    /** R6: what has piled up until a cutover is tried takes too long at a slow target, and what is left behind it does not. */
    @Test
    void whatHasPiledUpIsAppliedBeforeTheFenceUntilTheRestFitsTheBudget() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(Tier.SCHEMA, shop.tenant());
        MoveOptions tight = MoveScene.OPTIONS.toBuilder()
                .cutover(new CutoverBudget(
                        Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(60), Optional.empty()))
                .build();
        List<String> events = new ArrayList<>();

        scene.mover(tight)
                .run(
                        scene.mover(tight).plan(shop.tenant(), target),
                        new MoveListener() {
                            @Override
                            public void entered(Move move, MovePhase phase) {
                                if (phase == MovePhase.CUTOVER) {
                                    slowDown(target);
                                    changeAllCustomers(shop);
                                }
                            }

                            @Override
                            public void postponed(Move move, String reason) {
                                events.add(reason);
                            }
                        },
                        MoveScene.NO_SOAK);

        assertEquals(List.of(), events);
        assertEquals(target, scene.serving(shop));
        assertEquals(MoveScene.ALL_KEPT, shop.audit(target));
    }

    /** Each customer that is written there takes a while. */
    private void slowDown(Home home) {
        try (Connection connection = scene.fleet().administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create function slowly() returns trigger language plpgsql as"
                            + " 'begin perform pg_sleep(0.02); return new; end';"
                            + " create trigger slowly before insert or update on customers for each row execute function slowly()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void changeAllCustomers(MovingShop shop) {
        try {
            Connection connection = scene.connections().acquire(shop.tenant(), TransactionMode.DEFAULT);
            try (Statement statement = connection.createStatement()) {
                assertEquals(100, statement.executeUpdate("update customers set created_at = created_at"));
            }
            connection.commit();
            scene.connections().release(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBlockerIsEndedWhereTheOperatorHasAllowedIt() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        MoveOptions impatient = MoveScene.OPTIONS.toBuilder()
                .cutover(new CutoverBudget(
                        Duration.ofSeconds(5),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(60),
                        Optional.of(Duration.ofMillis(1))))
                .build();
        Connection open = scene.connections().acquire(shop.tenant(), TransactionMode.DEFAULT);
        Move move = scene.mover(impatient).plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant()));
        scene.mover(impatient).run(move, MoveListener.NONE, MoveScene.NO_SOAK);
        assertTrue(scene.journal().lines(move.id()).stream()
                .anyMatch(line -> line.note().startsWith("ended, as configured: pid")));
        SQLException lost = assertThrows(SQLException.class, () -> {
            try (Statement statement = open.createStatement()) {
                statement.execute("select 1");
            }
        });
        assertEquals("57P01", lost.getSQLState());
        scene.connections().release(open);
    }

    private void give(Connection connection) {
        try {
            connection.rollback();
            scene.connections().release(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path writeFile(Path file) throws IOException {
        return Files.writeString(file, "not a folder");
    }
}
