package dev.rehome.apps;

import static dev.rehome.fence.TransactionMode.Isolation.READ_COMMITTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.move.MovePhase;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application that dies while a tenant is moved (SIGKILL): what it was told is stored, and nothing else. */
class KilledApplicationTest {
    private static AppScene scene;

    @BeforeAll
    static void open() throws SQLException {
        scene = new AppScene();
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.TO_EVERY_TIER)
    void killedInATransactionWhileItsRowsAreCopiedItLeavesNothingOfIt(Tier from, Tier to) throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess victim = scene.node("victim");
        TenantId tenant = scene.fleet.createTenant(from);
        victim.ask("work", tenant, 3, READ_COMMITTED);
        steady.ask("work", tenant, 3, READ_COMMITTED);

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCaptureIsOn(() -> beginAndWrite(victim, tenant))
                        .whileCopying(() -> {
                            victim.kill();
                            scene.awaitGone(victim);
                        }));

        assertEquals(scene.home(tenant, to), steady.ask("work", tenant, 3, READ_COMMITTED));
        scene.audit(tenant);
    }

    /** Interleaving: it begins and writes, the mover asks for the fence and waits, it is killed. The cutover is made. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.TO_EVERY_TIER)
    void killedInTheTransactionThatTheFenceWaitsForItGivesWay(Tier from, Tier to) throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess victim = scene.node("victim");
        TenantId tenant = scene.fleet.createTenant(from);
        victim.ask("work", tenant, 3, READ_COMMITTED);
        steady.ask("work", tenant, 3, READ_COMMITTED);
        CompletableFuture<Void> killed = new CompletableFuture<>();

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCaptureIsOn(() -> beginAndWrite(victim, tenant))
                        .at(
                                MovePhase.CUTOVER,
                                () -> aside(killed, () -> {
                                    scene.awaitMoverWaiting(tenant);
                                    victim.kill();
                                })));

        killed.get(60, TimeUnit.SECONDS);
        assertEquals(scene.home(tenant, to), steady.ask("work", tenant, 3, READ_COMMITTED));
        scene.audit(tenant);
    }

    @Test
    void killedWhileItWaitsAtTheFenceItHasWrittenNothing() throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess victim = scene.node("victim");
        TenantId tenant = scene.fleet.createTenant(Tier.SHARED);
        victim.ask("work", tenant, 3, READ_COMMITTED);
        try (Connection fence = scene.fence(tenant)) {
            CompletableFuture<String> unanswered = victim.send("work", tenant, 1, READ_COMMITTED);
            scene.awaitWaiting(victim, tenant);
            victim.kill();
            assertTrue(unanswered.isCompletedExceptionally());
            fence.rollback();
        }

        scene.move(tenant, Tier.DATABASE, Interleaving.none());

        steady.ask("work", tenant, 3, READ_COMMITTED);
        scene.audit(tenant);
    }

    /** Of its latest transaction nobody can know whether it was committed; of all others everybody. */
    @Test
    void killedInFullTrafficBeforeTheCutoverItHasWhatItWasToldAndAtMostOneMore() throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess victim = scene.node("victim");
        TenantId tenant = scene.fleet.createTenant(Tier.SHARED);
        List<NodeProcess> both = List.of(steady, victim);
        both.forEach(node -> node.ask("start", tenant, READ_COMMITTED));
        both.forEach(node -> node.ask("await", tenant, 5));

        scene.move(
                tenant,
                Tier.DATABASE,
                Interleaving.none()
                        .at(MovePhase.CUTOVER, victim::kill)
                        .whenCutOver(
                                () -> assertEquals(scene.home(tenant, Tier.DATABASE), steady.ask("await", tenant, 5))));
        steady.ask("stop", tenant);

        String lane = "victim.traffic";
        int next = scene.ledger.acknowledged(tenant, lane) + 1;
        if (scene.entries(tenant).contains(lane + "-" + next)) {
            scene.ledger.record(String.join(" ", Events.ACKNOWLEDGED, "" + tenant, lane, "" + next, "unheard"));
        }
        scene.audit(tenant);
    }

    private static void beginAndWrite(NodeProcess node, TenantId tenant) {
        node.ask("begin", tenant, READ_COMMITTED);
        node.ask("write", tenant);
    }

    /** Beside the mover's thread. */
    private static void aside(CompletableFuture<Void> done, Interleaving.Event event) {
        new Thread(
                        () -> {
                            try {
                                event.happen();
                                done.complete(null);
                            } catch (Exception e) {
                                done.completeExceptionally(e);
                            }
                        },
                        "beside the mover")
                .start();
    }
}
