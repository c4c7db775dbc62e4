package dev.rehome.automation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.JournalEntry;
import dev.rehome.move.MoveStatus;
import dev.rehome.move.MovingShop;
import dev.rehome.move.Writers;
import dev.rehome.placement.Home;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.strategy.PlanLine.State;
import dev.rehome.strategy.Plans;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.FleetFile;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledNodeTest {
    private static final int GROWN = 400;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path folder;

    /** The first holds the duties and the move when it is killed; the second takes both over, and nothing is done twice. */
    @Test
    void killedAmidAMoveItsWorkIsFinishedByTheOtherNode() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres();
                TenantConnections work = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)))) {
            FleetFile file = new FleetFile(fleet, folder)
                    .write(
                            "strategy: { auto: on, round: 1s, settle: 0s }",
                            "automation: { moves: 2, soaks: 1s, spares: 0s, statistics: 0s, levels: 0s, checks: 0s }");
            ConnectionSource connections =
                    () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
            Plans plans = new Plans(connections);
            MovingShop shop = new MovingShop(fleet, work, fleet.createTenant(Tier.SHARED));
            shop.open(GROWN);
            fleet.measured(shop.tenant(), GROWN, 0);
            try (Writers writers = new Writers(shop);
                    ChildNode first = ChildNode.start(file.path(), "CATCH_UP")) {
                first.await("CATCH_UP " + shop.tenant());
                try (ChildNode second = ChildNode.start(file.path(), "")) {
                    second.await("begun");
                    first.kill();
                    second.await("DONE " + shop.tenant());
                    new Watched()
                            .await(
                                    "the line is done",
                                    () -> plans.endedSince(Instant.EPOCH).size() == 1);
                    assertEquals(
                            State.DONE, plans.endedSince(Instant.EPOCH).get(0).state());
                    writers.stop();
                }
            }
            Home home =
                    fleet.directory().find(shop.tenant()).map(Placement::home).orElseThrow();
            assertEquals(fleet.home(Tier.SCHEMA, shop.tenant()), home);
            assertEquals("lost=0 risen=0 failed=0", shop.audit(home));
            List<MoveStatus> moves = fleet.journal().list(true, 10);
            assertEquals(1, moves.size(), "moves that were begun");
            List<String> notes = fleet.journal().lines(moves.get(0).move().id()).stream()
                    .map(JournalEntry::note)
                    .toList();
            assertTrue(notes.stream().anyMatch(note -> note.startsWith("taken up by")), notes.toString());
        }
    }

    @Test
    void toldToEndItLeavesItsMoveAndItsDutiesToOthersAtOnce() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            FleetFile file = new FleetFile(fleet, folder)
                    .write(
                            "strategy: { auto: on, round: 1s, settle: 0s }",
                            "automation: { moves: 1, soaks: 1s, spares: 0s, statistics: 0s, levels: 0s, checks: 0s }");
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            fleet.measured(tenant, GROWN, 0);
            try (ChildNode node = ChildNode.serving(file.path())) {
                node.await("of tenant " + tenant + ": BACKFILL");
                assertEquals(TERMINATED, node.stop());
            }
            assertTrue(
                    fleet.journal().list(false, 10).stream()
                            .allMatch(status -> status.holder().isEmpty()),
                    "a move is still held");
            try (ChildNode second = ChildNode.start(file.path(), "")) {
                second.await("begun");
                new Watched()
                        .await(
                                "the end of the move",
                                () -> fleet.journal().list(false, 10).isEmpty());
            }
            assertEquals(1, fleet.journal().list(true, 10).size());
        }
    }
}
