package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.fence.TransactionMode;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tenants that are so small that their cutover has time for all of their rows. */
class FencedPassTest {
    @AutoClose
    private final MoveScene scene = new MoveScene();

    FencedPassTest() throws SQLException {}

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("dev.rehome.move.MoverTest#someDirections")
    void aSmallTenantIsCopiedInTheFenceOfItsCutover(Tier from, Tier to) throws Exception {
        MovingShop shop = scene.shop(from, 5);
        Home source = scene.fleet().home(from, shop.tenant());
        Home target = scene.fleet().home(to, shop.tenant());
        Mover mover =
                scene.mover(Unhurried.OPTIONS.toBuilder().fencedPassRows(10_000).build());
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
                scene.journal().lines(move.id()).stream()
                        .anyMatch(line -> line.note().startsWith("few rows")),
                () -> "" + scene.journal().lines(move.id()));
        assertEquals(MoveScene.ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        assertTrue(
                from == Tier.SHARED
                        ? scene.fleet().rowsOf(shop.tenant(), source) == 0
                        : !scene.fleet().homes().exists(source));
        scene.assertNothingLeft(target);
    }

    /** Interleaving: few rows when the copy would begin, many when the cutover comes. */
    @Test
    void aTenantThatOutgrowsTheFenceIsCopiedBesideItsTraffic() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED, 2);
        Home target = scene.fleet().home(Tier.SCHEMA, shop.tenant());
        Mover mover =
                scene.mover(Unhurried.OPTIONS.toBuilder().fencedPassRows(100).build());
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
                MoveScene.NO_SOAK);
        assertEquals(MoveScene.ALL_KEPT, shop.audit(target));
        scene.assertNothingLeft(target);
    }
}
