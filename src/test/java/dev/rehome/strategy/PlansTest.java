package dev.rehome.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.cost.Cost;
import dev.rehome.cost.FleetCost;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MoveId;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.LeftTenant.Kind;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlansTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final FleetCost COST = new FleetCost("EUR", cost(1, 2), cost(3, 4), cost(50, 200));

    private TestFleet fleet;
    private Plans plans;
    private TenantId one;
    private TenantId two;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        plans = new Plans(
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test plans"));
        one = fleet.createTenant(Tier.SHARED);
        two = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void whatIsProposedIsTheNewestPlanWithAllItSays() {
        assertEquals(Optional.empty(), plans.latest());
        Plan plan =
                plan(NOW, List.of(new LeftTenant(two, Kind.STALE, "measured 3 days ago")), line(one, Tier.SCHEMA, NOW));

        assertEquals(plan, plans.propose(plan));

        assertEquals(Optional.of(plan), plans.latest());
    }

    @Test
    void aWishThatIsWishedAgainStaysTheSameLineWithWhatWasDecided() {
        PlanLine first = line(one, Tier.SCHEMA, NOW);
        PlanLine second = line(two, Tier.SCHEMA, NOW);
        plans.propose(plan(NOW, List.of(), first, second));
        plans.approve(first.id(), "ann");
        plans.reject(second.id(), "bob");
        Instant later = NOW.plus(Duration.ofHours(1));

        plans.propose(plan(later, List.of(), line(two, Tier.SCHEMA, later), line(one, Tier.SCHEMA, later)));

        List<PlanLine> lines = plans.latest().orElseThrow().lines();
        assertEquals(
                List.of(second.id(), first.id()),
                lines.stream().map(PlanLine::id).toList());
        assertEquals(
                List.of(State.REJECTED, State.APPROVED),
                lines.stream().map(PlanLine::state).toList());
        assertEquals(
                List.of(Optional.of("bob"), Optional.of("ann")),
                lines.stream().map(PlanLine::by).toList());
        assertEquals(
                List.of(NOW, NOW), lines.stream().map(PlanLine::wishedSince).toList());
        assertEquals(
                List.of(first.id()), plans.approved().stream().map(PlanLine::id).toList());
    }

    @Test
    void aWishThatIsNoLongerWishedIsWithdrawnAndAnotherOneIsNew() {
        PlanLine first = line(one, Tier.SCHEMA, NOW);
        PlanLine second = line(two, Tier.SCHEMA, NOW);
        plans.propose(plan(NOW, List.of(), first, second));
        plans.approve(first.id(), "ann");
        plans.reject(second.id(), "bob");

        PlanLine other = line(one, Tier.DATABASE, NOW);
        plans.propose(plan(NOW, List.of(), other));
        plans.propose(plan(NOW, List.of(), other, line(two, Tier.SCHEMA, NOW)));

        List<PlanLine> lines = plans.latest().orElseThrow().lines();
        assertEquals(
                List.of(State.PROPOSED, State.PROPOSED),
                lines.stream().map(PlanLine::state).toList());
        assertFalse(lines.stream().map(PlanLine::id).toList().contains(second.id()), "rejected, with a break since");
        RehomeException e = assertThrows(RehomeException.class, () -> plans.approve(first.id(), "ann"));
        assertEquals(ErrorKind.USER, e.kind());
        assertTrue(e.getMessage().contains("is WITHDRAWN"), e.getMessage());
    }

    @Test
    void whatIsComparedIsNotKept() {
        Plan plan = plan(NOW, List.of(), line(one, Tier.SCHEMA, NOW));

        assertEquals(plan, plans.compared(plan));

        assertEquals(Optional.empty(), plans.latest());
    }

    @Test
    void decisionsAreTakenBackUntilTheMoveBegins() {
        PlanLine line = line(one, Tier.SCHEMA, NOW);
        plans.propose(plan(NOW, List.of(), line));
        plans.reject(line.id(), "ann");
        plans.approve(line.id(), "ann");
        plans.reject(line.id(), "bob");
        assertFalse(plans.started(line.id(), MoveId.random()), "begun though it was rejected");
        assertEquals(State.APPROVED, plans.approve(line.id(), "cid").state());
        assertTrue(plans.started(line.id(), MoveId.random()));
        assertFalse(plans.started(line.id(), MoveId.random()), "begun twice");

        RehomeException e = assertThrows(RehomeException.class, () -> plans.reject(line.id(), "ann"));

        assertTrue(e.getMessage().contains("Cancel the move"), e.getMessage());
        assertEquals(
                1, plans.startsSince(Instant.now().minus(Duration.ofMinutes(1))).size());
        assertThrows(RehomeException.class, () -> plans.approve(LineId.random(), "ann"));
    }

    @Test
    void aLineWhoseMoveRunsIsInTheNextPlanThoughNobodyWishesItAgain() {
        PlanLine line = line(one, Tier.SCHEMA, NOW);
        plans.propose(plan(NOW, List.of(), line));
        plans.approve(line.id(), "ann");
        plans.started(line.id(), MoveId.random());

        plans.propose(plan(NOW, List.of()));

        assertEquals(
                List.of(State.RUNNING),
                plans.latest().orElseThrow().lines().stream()
                        .map(PlanLine::state)
                        .toList());
        plans.done(line.id());
        plans.failed(line.id(), "too late to say so");
        assertEquals(
                List.of(State.DONE),
                plans.latest().orElseThrow().lines().stream()
                        .map(PlanLine::state)
                        .toList());
    }

    /** A process dies between planning the move and saying so; an operator has moved the other one by hand. */
    @Test
    void aMoveThatWasPlannedForALineIsRecognised() throws Exception {
        PlanLine line = line(one, Tier.SCHEMA, NOW);
        PlanLine other = line(two, Tier.SCHEMA, NOW);
        plans.propose(plan(NOW, List.of(), line, other));
        plans.approve(line.id(), "ann");
        plans.approve(other.id(), "ann");
        Move move = fleet.journal().plan(line.source(), line.target());
        Move elsewhere = fleet.journal().plan(other.source(), fleet.home(Tier.DATABASE, two));

        new LineStarter(plans, fleet.journal(), fleet.directory()).settle();

        assertEquals(
                List.of(Optional.of(move.id())),
                plans.running().stream().map(PlanLine::move).toList());
        assertEquals(
                List.of(other.id()), plans.approved().stream().map(PlanLine::id).toList());
        forget(move);
        forget(elsewhere);
    }

    @Test
    void aDeletedTenantIsInNoPlan() throws Exception {
        plans.propose(plan(NOW, List.of(new LeftTenant(two, Kind.STALE, "old")), line(one, Tier.SCHEMA, NOW)));

        for (String table : List.of("plan_line", "plan_left", "placement", "tenant")) {
            fleet.execute("delete from rehome_directory." + table);
        }

        assertEquals(List.of(), plans.latest().orElseThrow().lines());
        assertEquals(List.of(), plans.latest().orElseThrow().left());
    }

    private void forget(Move move) throws SQLException {
        // As if the journal were not append-only.
        fleet.execute("set session_replication_role = replica;"
                + " delete from rehome_directory.move_journal where move_id = '" + move.id()
                + "'; reset session_replication_role");
        fleet.execute("delete from rehome_directory.move where move_id = '" + move.id() + "'");
    }

    private static Plan plan(Instant at, List<LeftTenant> left, PlanLine... lines) {
        return new Plan(UUID.randomUUID(), at, "test", 2, COST, List.of(lines), left);
    }

    private PlanLine line(TenantId tenant, Tier to, Instant at) {
        return new PlanLine(
                LineId.random(),
                fleet.directory().find(tenant).orElseThrow(),
                fleet.home(to, tenant),
                new Reason(Reason.Kind.SIZE, "orders 612,340 > 500,000"),
                OptionalLong.of(123),
                new Expectation(Optional.of(Duration.ofSeconds(15)), Optional.empty(), "an assumption"),
                cost(1, 2),
                cost(50, 200),
                at,
                State.PROPOSED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Cost cost(long low, long high) {
        return new Cost(BigDecimal.valueOf(low), BigDecimal.valueOf(high));
    }
}
