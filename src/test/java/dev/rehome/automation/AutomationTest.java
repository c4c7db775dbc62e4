package dev.rehome.automation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.StrategyRules.Auto;
import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.MovingShop;
import dev.rehome.move.Writers;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.PlanLine;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Plans;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.FleetFile;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutomationTest {
    private static final String ALL_KEPT = "lost=0 risen=0 failed=0";
    private static final String QUICK = "automation: { moves: 2, reload: 50ms, soaks: 1s, spares: 0s, statistics: 0s,"
            + " levels: 0s, checks: 0s }";
    private static final int GROWN = 400;

    @TempDir
    private Path folder;

    private TestFleet fleet;
    private FleetFile file;
    private ConnectionSource connections;
    private Plans plans;

    @BeforeEach
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        file = new FleetFile(fleet, folder);
        connections = () ->
                fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test automation");
        plans = new Plans(connections);
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    @Test
    void whoHasGrownIsMovedUnderTrafficAndNobodyNotices() throws Exception {
        file.write(strategy("on", ""), QUICK);
        Watched watched = new Watched();
        try (TenantConnections work = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)))) {
            MovingShop grown = shop(work, GROWN);
            MovingShop small = shop(work, 20);
            try (Writers writers = new Writers(grown, small);
                    Automation automation = Automation.start(file.path(), watched)) {
                watched.await("SOAK " + grown.tenant());
                watched.await("DONE " + grown.tenant());
                watched.await("the line is done", () -> isDone(grown.tenant()));
                assertEquals(1, new Nodes(connections).list().size());
                assertEquals(
                        automation.node(), new Nodes(connections).list().get(0).node());
                writers.stop();
            }
            assertEquals(fleet.home(Tier.SCHEMA, grown.tenant()), home(grown.tenant()));
            assertEquals(fleet.sharedHome(), home(small.tenant()));
            assertEquals(ALL_KEPT, grown.audit(home(grown.tenant())));
            assertEquals(ALL_KEPT, small.audit(home(small.tenant())));
        }
        assertEquals(List.of(), watched.failures());
        assertEquals(List.of(), new Nodes(connections).list(), "an automation that was closed is still listed");
        assertEquals(
                0,
                new Duties(connections)
                        .list().stream()
                                .filter(duty -> duty.holder().isPresent())
                                .count());
    }

    @Test
    void withApproveNothingIsMovedBeforeSomebodyHasSaidSo() throws Exception {
        file.write(strategy("approve", ""), QUICK);
        Watched watched = new Watched();
        TenantId grown = grown();
        TenantId other = grown();
        try (Automation automation = Automation.start(file.path(), watched)) {
            assertEquals(Auto.APPROVE, automation.strategy().rules().auto());
            watched.await("a plan", () -> states().size() == 2);
            PlanLine line = line(grown);
            plans.reject(line(other).id(), "ann");
            plans.approve(line.id(), "ann");
            watched.await("DONE " + grown);
            watched.await("the line is done", () -> isDone(grown));
        }
        assertEquals(fleet.home(Tier.SCHEMA, grown), home(grown));
        assertEquals(fleet.sharedHome(), home(other));
        assertEquals(Optional.of(State.REJECTED), states(other));
        assertEquals(List.of(), watched.failures());
    }

    @Test
    void closedInTheMiddleOfAMoveItLeavesItToTheNextOne() throws Exception {
        file.write(strategy("on", ""), QUICK.replace("moves: 2", "moves: 1"));
        TenantId grown = grown();
        Watched first = new Watched();
        try (Automation automation = Automation.start(file.path(), first)) {
            assertEquals(Auto.ON, automation.strategy().rules().auto());
            first.await("PREPARE " + grown);
        }
        MoveStatus left = fleet.journal().latest(grown).orElseThrow();
        assertTrue(!left.move().phase().isTerminal() || left.move().phase() == MovePhase.DONE, left.toString());
        assertEquals(Optional.empty(), left.holder());

        Watched second = new Watched();
        try (Automation automation = Automation.start(file.path(), second)) {
            assertEquals(Auto.ON, automation.strategy().rules().auto());
            second.await(
                    "DONE " + grown,
                    () -> fleet.journal().latest(grown).orElseThrow().move().phase() == MovePhase.DONE);
        }
        assertEquals(fleet.home(Tier.SCHEMA, grown), home(grown));
        assertEquals(1, fleet.journal().list(true, 10).size());
    }

    @Test
    void aMoveThatAnOperatorHasPausedStaysPaused() throws Exception {
        file.write(strategy("on", ""), QUICK);
        TenantId paused = fleet.createTenant(Tier.SHARED);
        Move move = fleet.journal().plan(fleet.directory().find(paused).orElseThrow(), fleet.home(Tier.SCHEMA, paused));
        fleet.journal().request(move.id(), MoveRequest.PAUSE, "test");
        TenantId grown = grown();
        Watched watched = new Watched();
        try (Automation automation = Automation.start(file.path(), watched)) {
            assertEquals(Auto.ON, automation.strategy().rules().auto());
            watched.await("DONE " + grown);
        }
        assertEquals(
                MovePhase.PLANNED, fleet.journal().find(move.id()).orElseThrow().phase());
    }

    @Test
    void aBadFileLeavesTheOldOneInForceAndSaysWhyUntilItIsMended() throws Exception {
        file.write(strategy("propose", ""), QUICK);
        TenantId grown = grown();
        Watched watched = new Watched();
        try (Automation automation = Automation.start(file.path(), watched)) {
            watched.await("a plan", () -> states().equals(List.of(State.PROPOSED)));

            file.replace(file.text("strategy: { auto: maybe }"));
            watched.await("refused");
            watched.await(
                    "the problem is in the directory",
                    () -> new Nodes(connections)
                            .list()
                            .get(0)
                            .strategyProblem()
                            .orElse("")
                            .contains("strategy.auto must be off, propose, approve, on"));
            assertEquals(Auto.PROPOSE, automation.strategy().rules().auto());
            assertEquals(fleet.sharedHome(), home(grown));

            file.write(strategy("on", ""), QUICK);
            watched.await("reloaded");
            watched.await("DONE " + grown);
            watched.await(
                    "nothing is wrong",
                    () -> new Nodes(connections).list().get(0).strategyProblem().isEmpty());
        }
        assertEquals(fleet.home(Tier.SCHEMA, grown), home(grown));
    }

    private static String strategy(String auto, String more) {
        return "strategy: { auto: " + auto + ", round: 1s, settle: 0s" + more + " }";
    }

    private MovingShop shop(TenantConnections work, int customers) throws Exception {
        MovingShop shop = new MovingShop(fleet, work, fleet.createTenant(Tier.SHARED));
        shop.open(customers);
        fleet.measured(shop.tenant(), customers, 0);
        return shop;
    }

    /** Without rows: its figures alone say that it has grown. */
    private TenantId grown() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        fleet.measured(tenant, GROWN, 0);
        return tenant;
    }

    private Home home(TenantId tenant) {
        return fleet.directory().find(tenant).map(Placement::home).orElseThrow();
    }

    private List<State> states() {
        return plans.latest()
                .map(plan -> plan.lines().stream().map(PlanLine::state).toList())
                .orElse(List.of());
    }

    private PlanLine line(TenantId tenant) {
        return plans.latest().orElseThrow().lines().stream()
                .filter(line -> line.tenant().equals(tenant))
                .findFirst()
                .orElseThrow();
    }

    private boolean isDone(TenantId tenant) {
        return plans.endedSince(Instant.EPOCH).stream()
                .anyMatch(line -> line.tenant().equals(tenant) && line.state() == State.DONE);
    }

    private Optional<State> states(TenantId tenant) {
        return plans.latest().stream()
                .flatMap(plan -> plan.lines().stream())
                .filter(line -> line.tenant().equals(tenant))
                .map(PlanLine::state)
                .findFirst();
    }
}
