package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.testing.Thorough;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator can ask of a move while it runs. */
class MoveRequestTest {
    @AutoClose
    private final MoveScene scene = new MoveScene();

    MoveRequestTest() throws SQLException {}

    @Test
    void aHeldCutoverWaitsForTheOperatorWhileTheTargetIsKeptCurrent() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(Tier.SCHEMA, shop.tenant());
        Mover mover = scene.mover(MoveScene.OPTIONS);
        Move move = mover.plan(shop.tenant(), target, true);
        AtomicInteger held = new AtomicInteger();
        mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void progressed(Move moving, MoveProgress progress) {
                        if (progress.phase() == MovePhase.CUTOVER && held.incrementAndGet() == 2) {
                            assertEquals(scene.fleet().sharedHome(), scene.serving(shop));
                            shop.work(TransactionMode.DEFAULT);
                            scene.journal().request(move.id(), MoveRequest.CUTOVER, "test");
                        }
                    }
                },
                MoveScene.NO_SOAK);
        assertTrue(held.get() >= 2);
        assertEquals(target, scene.serving(shop));
        assertEquals(MoveScene.ALL_KEPT, shop.audit(target));
    }

    @Test
    void aRequestDoesNotTakeThePlaceOfAnEarlierOneThatIsNotDoneYetUnlessItIsAWayBack() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Move move = scene.mover(MoveScene.OPTIONS)
                .plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant()), true);
        scene.journal().request(move.id(), MoveRequest.PAUSE, "test");

        RehomeException refused = assertThrows(
                RehomeException.class, () -> scene.journal().request(move.id(), MoveRequest.CUTOVER, "test"));

        assertEquals(ErrorKind.USER, refused.kind());
        assertTrue(refused.getMessage().contains("asked to be paused already"), refused.getMessage());
        assertEquals(
                Optional.of(MoveRequest.PAUSE),
                scene.journal().status(move.id()).orElseThrow().request());
        scene.journal().request(move.id(), MoveRequest.PAUSE, "test");
        scene.journal().resume(move.id(), "test");
        scene.journal().request(move.id(), MoveRequest.CUTOVER, "test");
        assertEquals(
                MovePhase.CANCELLED, scene.mover(MoveScene.OPTIONS).cancel(move).phase());
    }

    @ParameterizedTest
    @EnumSource(names = {"BACKFILL", "VERIFY", "CUTOVER", "SOAK"})
    void aPausedMoveDoesNothingUntilItIsResumedAndTheTenantIsServedMeanwhile(MovePhase phase) throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(Tier.SCHEMA, shop.tenant());
        Mover mover = scene.mover(MoveScene.OPTIONS);
        Move move = mover.plan(shop.tenant(), target);
        AtomicInteger entered = new AtomicInteger();
        mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void entered(Move moving, MovePhase now) {
                        if (now == phase && entered.incrementAndGet() == 1) {
                            scene.journal().request(move.id(), MoveRequest.PAUSE, "test");
                        } else if (now == phase && entered.get() == 3) {
                            MoveStatus status =
                                    scene.journal().status(move.id()).orElseThrow();
                            assertEquals(phase, status.move().phase());
                            shop.work(TransactionMode.DEFAULT);
                            scene.journal().resume(move.id(), "test");
                        }
                    }
                },
                MoveScene.NO_SOAK);
        assertTrue(entered.get() >= 3);
        assertEquals(target, scene.serving(shop));
        assertEquals(MoveScene.ALL_KEPT, shop.audit(target));
    }

    /** Into a schema and a database in turn; with {@code -Dthorough} into both. */
    static Stream<Arguments> cancelled() {
        List<MovePhase> phases =
                List.of(MovePhase.PREPARE, MovePhase.BACKFILL, MovePhase.CATCH_UP, MovePhase.VERIFY, MovePhase.CUTOVER);
        List<Tier> tiers = List.of(Tier.DATABASE, Tier.SCHEMA);
        return phases.stream()
                .flatMap(phase -> tiers.stream()
                        .filter(tier -> Thorough.isAsked() || tier == tiers.get(phases.indexOf(phase) % tiers.size()))
                        .map(tier -> Arguments.of(phase, tier)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("cancelled")
    void cancelledInAnyPhaseBeforeTheCutoverItLeavesNothingBehind(MovePhase phase, Tier tier) throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(tier, shop.tenant());
        Mover mover = scene.mover(MoveScene.OPTIONS);
        Move move = mover.plan(shop.tenant(), target);
        MoveReport report;
        try (Writers writers = new Writers(shop)) {
            report = mover.run(
                    move,
                    new MoveListener() {
                        @Override
                        public void entered(Move moving, MovePhase now) {
                            if (now == phase) {
                                scene.journal().request(move.id(), MoveRequest.CANCEL, "test");
                            }
                        }
                    },
                    MoveScene.NO_SOAK);
            writers.stop();
        }
        assertEquals(MovePhase.CANCELLED, report.move().phase());
        assertEquals(scene.fleet().sharedHome(), scene.serving(shop));
        assertEquals(MoveScene.ALL_KEPT, shop.audit(scene.fleet().sharedHome()), () -> "" + shop.failures());
        assertFalse(scene.fleet().homes().exists(target));
        scene.assertNothingLeft(scene.fleet().sharedHome());
    }

    @Test
    void afterTheCutoverItCannotBeCancelledButRolledBack() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Mover mover = scene.mover(MoveScene.OPTIONS);
        Move move = mover.plan(shop.tenant(), scene.fleet().home(Tier.DATABASE, shop.tenant()));
        List<ErrorKind> refused = new ArrayList<>();
        MoveReport report = mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void entered(Move moving, MovePhase phase) {
                        if (phase == MovePhase.SOAK && refused.isEmpty()) {
                            refused.add(assertThrows(
                                            RehomeException.class,
                                            () -> scene.journal().request(move.id(), MoveRequest.CANCEL, "test"))
                                    .kind());
                            scene.journal().request(move.id(), MoveRequest.ROLL_BACK, "test");
                        }
                    }
                },
                soaked -> Verdict.GO_ON);
        assertEquals(List.of(ErrorKind.USER), refused);
        assertEquals(MovePhase.ROLLED_BACK, report.move().phase());
        assertEquals(MoveScene.ALL_KEPT, shop.audit(scene.fleet().sharedHome()));
    }

    @Test
    void theTimeOfASoakCountsOverAllRuns() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Mover mover = scene.mover(
                MoveScene.OPTIONS.toBuilder().soak(Duration.ofHours(2)).build());
        Move move = mover.plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant()));
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
        scene.fleet().execute("update rehome_directory.move set phase_since = phase_since - interval '3 hours'");
        assertEquals(MovePhase.DONE, mover.run(move, MoveListener.NONE).move().phase());
    }
}
