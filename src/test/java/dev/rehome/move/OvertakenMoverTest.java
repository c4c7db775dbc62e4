package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a second mover finds when the first is gone, and the first when it is not. */
class OvertakenMoverTest {
    @AutoClose
    private final MoveScene scene = new MoveScene();

    OvertakenMoverTest() throws SQLException {}

    /** R7. Interleaving: the first mover stops in a phase, the second takes the move over and ends it, the first goes on. */
    @ParameterizedTest
    @EnumSource(names = {"PREPARE", "BACKFILL", "CATCH_UP", "VERIFY", "CUTOVER", "SOAK", "RETIRE"})
    void aMoverThatWasOvertakenDoesNoHarmWhenItComesBack(MovePhase phase) throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(Tier.DATABASE, shop.tenant());
        Mover first = scene.mover(MoveScene.OPTIONS);
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
                        MoveScene.NO_SOAK)));
        try (Writers writers = new Writers(shop)) {
            await(stopped);
            assertEquals(
                    ErrorKind.BUSY,
                    assertThrows(
                                    RehomeException.class,
                                    () -> scene.mover(MoveScene.OPTIONS)
                                            .run(move, MoveListener.NONE, MoveScene.NO_SOAK))
                            .kind());
            MoveReport report =
                    scene.mover(MoveScene.OPTIONS).run(move.id(), MoveListener.NONE, MoveScene.NO_SOAK, true);
            assertEquals(MovePhase.DONE, report.move().phase());
            overtaken.countDown();
            assertEquals(ErrorKind.STALE, end.get(60, TimeUnit.SECONDS).kind());
            writers.stop();
        }
        assertEquals(target, scene.serving(shop));
        assertEquals(MoveScene.ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        scene.assertNothingLeft(target);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(120, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
