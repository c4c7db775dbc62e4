package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.testing.TestFleet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A fleet of one test alone, its clients' connections, and movers. Closing it looks whether the test left anything behind. */
final class MoveScene implements AutoCloseable {
    /** What {@link MovingShop#audit} says of a shop that has noticed nothing. */
    static final String ALL_KEPT = "lost=0 risen=0 failed=0";

    /** All rows are copied beside the traffic; whoever is gone is taken for dead soon. */
    static final MoveOptions OPTIONS = Unhurried.OPTIONS.toBuilder()
            .fencedPassRows(0)
            .lease(Duration.ofSeconds(3))
            .build();

    static final SoakDecision NO_SOAK = SoakDecision.after(Duration.ZERO);
    private static final int CUSTOMERS = 100;

    private final TestFleet fleet = TestFleet.onPostgres();
    private final TenantConnections connections = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)));
    private final MoveJournal journal = fleet.journal();

    MoveScene() throws SQLException {}

    TestFleet fleet() {
        return fleet;
    }

    TenantConnections connections() {
        return connections;
    }

    MoveJournal journal() {
        return journal;
    }

    MovingShop shop(Tier tier) throws SQLException {
        return shop(tier, CUSTOMERS);
    }

    MovingShop shop(Tier tier, int customers) throws SQLException {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(tier));
        shop.open(customers);
        return shop;
    }

    Mover mover(MoveOptions options) {
        return fleet.mover(options);
    }

    /** The home that serves the shop, as the directory has it. */
    Home serving(MovingShop shop) {
        return fleet.directory().find(shop.tenant()).orElseThrow().home();
    }

    /** Of a move that has ended. */
    void assertNothingLeft(Home serving) throws SQLException {
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.residency where capture"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.lease"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.backfill_range"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.backfill_arrival"));
        assertEquals(0, fleet.count(serving, "select count(*) from rehome.change"));
        assertEquals(List.of(), journal.unsettled());
        assertEquals(
                0,
                fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from rehome_directory.move where lease_until is not null"));
    }

    @Override
    public void close() throws SQLException {
        try (fleet) {
            assertEquals(0, connections.inUse());
            connections.close();
        }
    }
}
