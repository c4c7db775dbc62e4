package dev.rehome.apps;

import static dev.rehome.fence.TransactionMode.Isolation.READ_COMMITTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.jdbc.SqlState;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.time.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application that stands still while a tenant is moved (SIGSTOP), and goes on when everything has changed (SIGCONT). */
@DisabledOnOs(OS.WINDOWS)
class StoppedApplicationTest {
    private static AppScene scene;

    @BeforeAll
    static void open() throws SQLException {
        scene = new AppScene();
    }

    @AfterEach
    void resume() throws IOException, InterruptedException {
        scene.resumeAll();
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    /** Its cache and its pooled connections are of a time before the move. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.ALL)
    void stoppedBeforeTheMoveAndContinuedWhenTheOldHomeIsGoneItWorksInTheNewHome(Tier from, Tier to) throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess late = scene.node("late");
        TenantId tenant = scene.fleet.createTenant(from);
        late.ask("work", tenant, 5, READ_COMMITTED);
        steady.ask("start", tenant, READ_COMMITTED);
        late.stop();

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCutOver(() -> assertEquals(scene.home(tenant, to), steady.ask("await", tenant, 5))));
        steady.ask("stop", tenant);
        late.resume();

        assertEquals(scene.home(tenant, to), late.ask("work", tenant, 3, READ_COMMITTED));
        assertEquals(scene.home(tenant, to), late.ask("read", tenant, READ_COMMITTED));
        List<String> route = List.of(scene.home(tenant, from), scene.home(tenant, to));
        assertEquals(route, scene.ledger.homes(tenant, "late"));
        assertEquals(route, scene.ledger.homes(tenant, "steady.traffic"));
        scene.audit(tenant);
    }

    /**
     * Interleaving: it waits at a fence, is stopped, the home refuses it, the tenant is moved, its time limit passes, it goes
     * on. It has not waited in all that time, and there is nothing left to wait for.
     */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.TO_EVERY_TIER)
    void stoppedAtTheFenceAndContinuedAfterItsTimeLimitItIsServedByTheNewHome(Tier from, Tier to) throws Exception {
        Duration timeout = Duration.ofSeconds(3);
        NodeProcess late = scene.nodes(timeout, "impatient").get(0);
        TenantId tenant = scene.fleet.createTenant(from);
        late.ask("work", tenant, 2, READ_COMMITTED);
        CompletableFuture<String> waiting;
        Deadline timeLimit;
        try (Connection fence = scene.fence(tenant)) {
            waiting = late.send("work", tenant, 1, READ_COMMITTED);
            scene.awaitWaiting(late, tenant);
            timeLimit = Deadline.in(timeout);
            scene.stopAtFence(late, tenant);
            fence.rollback();
        }

        scene.move(tenant, to, Interleaving.none());
        timeLimit.sleep(timeLimit.remaining());
        assertFalse(waiting.isDone());
        late.resume();

        assertEquals(scene.home(tenant, to), late.answer("work", waiting));
        scene.audit(tenant);
    }

    /** The cutover gives way: it is tried again until the transaction has ended in the home that it began in. */
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.OF_EVERY_KIND)
    void stoppedInATransactionItHoldsOffTheCutoverButNobodyElseAndCommits(Tier from, Tier to) throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess late = scene.node("late");
        TenantId tenant = scene.fleet.createTenant(from);
        late.ask("work", tenant, 2, READ_COMMITTED);
        steady.ask("start", tenant, READ_COMMITTED);

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCaptureIsOn(() -> beginAndStop(late, tenant))
                        .whenPostponed(() -> assertEquals(scene.home(tenant, from), steady.ask("await", tenant, 5)))
                        .whenPostponed(() -> {
                            late.resume();
                            late.ask("commit", tenant);
                        }));
        steady.ask("stop", tenant);

        assertEquals(List.of(scene.home(tenant, from)), scene.ledger.homes(tenant, "late"));
        assertEquals(scene.home(tenant, to), late.ask("work", tenant, 1, READ_COMMITTED));
        scene.audit(tenant);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource(Directions.OF_EVERY_KIND)
    void stoppedInATransactionThatTheServerEndsItLosesThatTransactionAndNothingElse(Tier from, Tier to)
            throws Exception {
        NodeProcess steady = scene.node("steady");
        NodeProcess late = scene.node("late");
        TenantId tenant = scene.fleet.createTenant(from);
        late.ask("work", tenant, 2, READ_COMMITTED);
        steady.ask("start", tenant, READ_COMMITTED);

        scene.move(
                tenant,
                to,
                Interleaving.none()
                        .whenCaptureIsOn(() -> beginAndStop(late, tenant))
                        .whenPostponed(() -> scene.terminate(late)));
        steady.ask("await", tenant, 5);
        steady.ask("stop", tenant);
        late.resume();

        String state = late.refused("commit", tenant);
        assertTrue(SqlState.isConnectionLost(new SQLException("", state)), state);
        scene.audit(tenant);
        assertEquals(scene.home(tenant, to), late.ask("work", tenant, 3, READ_COMMITTED));
        scene.audit(tenant);
    }

    private static void beginAndStop(NodeProcess node, TenantId tenant) throws IOException, InterruptedException {
        node.ask("begin", tenant, READ_COMMITTED);
        node.ask("write", tenant);
        node.stop();
    }
}
