package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What applications can learn of a move before they notice it. */
class NoticeTest {
    @AutoClose
    private final MoveScene scene = new MoveScene();

    /** With no more rights than an application has. */
    private final JdbcDirectory directory = new JdbcDirectory(() -> scene.fleet()
            .servers()
            .open(scene.fleet().control(), JdbcDirectory.SCHEMA, DatabaseRole.APP, "rehome test directory"));

    NoticeTest() throws SQLException {}

    @Test
    void theDirectoryTellsWhereTenantsGoOnceAllIsCopiedAndUntilTheyAreThere() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Home target = scene.fleet().home(Tier.SCHEMA, shop.tenant());
        Mover mover = scene.mover(MoveScene.OPTIONS);
        Map<MovePhase, Map<TenantId, Home>> told = new EnumMap<>(MovePhase.class);

        mover.run(
                mover.plan(shop.tenant(), target),
                new MoveListener() {
                    @Override
                    public void entered(Move move, MovePhase phase) {
                        told.put(phase, directory.destinations());
                    }
                },
                soaked -> SoakDecision.Verdict.ROLL_BACK);

        Map<TenantId, Home> there = Map.of(shop.tenant(), target);
        Map<TenantId, Home> back = Map.of(shop.tenant(), scene.fleet().sharedHome());
        for (MovePhase phase : MovePhase.values()) {
            Map<TenantId, Home> expected = switch (phase) {
                case VERIFY, CUTOVER -> there;
                case ROLL_BACK -> back;
                default -> Map.of();
            };
            assertEquals(expected, told.getOrDefault(phase, expected), phase::toString);
        }
        assertTrue(
                told.keySet().containsAll(Set.of(MovePhase.VERIFY, MovePhase.CUTOVER, MovePhase.ROLL_BACK)),
                told::toString);
        assertEquals(Map.of(), directory.destinations());
    }

    @Test
    void theFenceIsNotAskedForBeforeNoticeWasGivenAndTheMoveCanBeGivenUpUntilThen() throws Exception {
        MovingShop shop = scene.shop(Tier.SHARED);
        Mover mover = scene.mover(
                MoveScene.OPTIONS.toBuilder().notice(Duration.ofHours(1)).build());
        Move move = mover.plan(shop.tenant(), scene.fleet().home(Tier.SCHEMA, shop.tenant()));
        List<MovePhase> phases = new ArrayList<>();
        List<MovePhase> fenced = new ArrayList<>();

        MoveReport report = mover.run(
                move,
                new MoveListener() {
                    @Override
                    public void entered(Move entered, MovePhase phase) {
                        phases.add(phase);
                        if (phase == MovePhase.CUTOVER) {
                            scene.journal().request(move.id(), MoveRequest.CANCEL, "test");
                        }
                    }

                    @Override
                    public void fenced(Move fencedMove, long askedAtNanos, Duration up) {
                        fenced.add(phases.get(phases.size() - 1));
                    }
                },
                MoveScene.NO_SOAK);

        assertEquals(MovePhase.CANCELLED, report.move().phase());
        assertTrue(phases.contains(MovePhase.CUTOVER));
        assertFalse(fenced.contains(MovePhase.CUTOVER), fenced::toString);
    }
}
