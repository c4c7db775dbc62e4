package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.TestFleet;
import dev.rehome.testing.Thorough;
import dev.rehome.verify.VerificationReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Moves from one server to another, which the source, the target and the directory are on in turn. */
class MoveBetweenServersTest {
    private static final String ALL_KEPT = "lost=0 risen=0 failed=0";
    private static final String FIRST = PostgresServer.NAME;
    private static final String SECOND = TestFleet.SECOND;
    private static final MoveOptions OPTIONS =
            Unhurried.OPTIONS.toBuilder().soak(Duration.ofHours(1)).build();

    private TestFleet fleet;
    private TenantConnections connections;
    private Mover mover;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onTwoServers();
        connections = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)));
        mover = fleet.mover(OPTIONS);
    }

    /** Nothing is open if the test was skipped. */
    @AfterEach
    void close() throws SQLException {
        if (fleet != null) {
            assertEquals(0, connections.inUse());
            connections.close();
            fleet.close();
        }
    }

    /** Each two tiers, as the tenant goes there and back; with {@code -Dthorough} each of the two on the first server. */
    static Stream<Arguments> tiers() {
        return Stream.of(Tier.values())
                .flatMap(from -> Stream.of(Tier.values())
                        .filter(to -> Thorough.isAsked() || from.compareTo(to) <= 0)
                        .map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("tiers")
    void aTenantMovesToAnotherServerAndBackWhileItIsWrittenAndNothingIsLostOrFails(Tier from, Tier to)
            throws Exception {
        MovingShop shop = shop(from, FIRST);
        MovingShop neighbour = shop(Tier.SHARED, FIRST);
        MovingShop neighbourThere = shop(Tier.SHARED, SECOND);
        Home here = fleet.home(from, shop.tenant(), FIRST);
        Home there = fleet.home(to, shop.tenant(), SECOND);

        try (Writers writers = new Writers(shop, neighbour, neighbourThere)) {
            assertMoves(shop, here, there);
            assertMoves(shop, there, here);
            writers.stop();
        }

        assertEquals(3, placement(shop).epoch().value());
        assertEquals(ALL_KEPT, shop.audit(here), () -> "" + shop.failures());
        assertEquals(ALL_KEPT, neighbour.audit(fleet.sharedHome(FIRST)), () -> "" + neighbour.failures());
        assertEquals(ALL_KEPT, neighbourThere.audit(fleet.sharedHome(SECOND)), () -> "" + neighbourThere.failures());
    }

    @ParameterizedTest
    @EnumSource
    void aRollBackFromAnotherServerUnderWritesLosesNothing(Tier tier) throws Exception {
        MovingShop shop = shop(tier, FIRST);
        Home here = fleet.home(tier, shop.tenant(), FIRST);
        Home there = fleet.home(tier, shop.tenant(), SECOND);
        AtCutover cutovers = new AtCutover(shop);

        try (Writers writers = new Writers(shop)) {
            MoveReport report =
                    mover.run(mover.plan(shop.tenant(), there), cutovers, cutovers.whenUsed(Verdict.ROLL_BACK));
            assertEquals(MovePhase.ROLLED_BACK, report.move().phase());
            writers.stop();
        }

        assertEquals(2, cutovers.fenced.size());
        assertEquals(here, placement(shop).home());
        assertEquals(ALL_KEPT, shop.audit(here), () -> "" + shop.failures());
        assertGone(shop, there);
    }

    @Test
    void aTenantOfTheSecondServerRollsBackToItFromTheDirectorysOwn() throws Exception {
        MovingShop shop = shop(Tier.SHARED, SECOND);
        AtCutover cutovers = new AtCutover(shop);

        try (Writers writers = new Writers(shop)) {
            mover.run(
                    mover.plan(shop.tenant(), fleet.sharedHome(FIRST)), cutovers, cutovers.whenUsed(Verdict.ROLL_BACK));
            writers.stop();
        }

        assertEquals(fleet.sharedHome(SECOND), placement(shop).home());
        assertEquals(ALL_KEPT, shop.audit(fleet.sharedHome(SECOND)), () -> "" + shop.failures());
        assertGone(shop, fleet.sharedHome(FIRST));
    }

    /** Interleaving: a process writes, the tenant moves, the process writes again: it knows a home that was left, or is gone. */
    @ParameterizedTest
    @EnumSource
    void aProcessThatSleptThroughTheMoveFindsTheTenantOnTheOtherServer(Tier tier) throws Exception {
        try (TenantConnections asleep = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)))) {
            MovingShop shop = new MovingShop(fleet, asleep, fleet.createTenant(tier, FIRST));
            Home there = fleet.home(tier, shop.tenant(), SECOND);
            shop.open(10);

            mover.run(mover.plan(shop.tenant(), there), MoveListener.NONE, SoakDecision.after(Duration.ZERO));
            shop.work(TransactionMode.DEFAULT);

            assertEquals(ALL_KEPT, shop.audit(there), () -> "" + shop.failures());
        }
    }

    private void assertMoves(MovingShop shop, Home source, Home target) throws Exception {
        AtCutover cutovers = new AtCutover(shop);
        MoveReport report = mover.run(mover.plan(shop.tenant(), target), cutovers, cutovers.whenUsed(Verdict.RETIRE));

        assertEquals(MovePhase.DONE, report.move().phase());
        assertEquals(target, placement(shop).home());
        assertTrue(report.verifications().size() >= 2);
        assertTrue(report.verifications().stream().allMatch(VerificationReport::clean));
        assertGone(shop, source);
    }

    private MovingShop shop(Tier tier, String server) throws SQLException {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(tier, server));
        shop.open(50);
        return shop;
    }

    private Placement placement(MovingShop shop) {
        return fleet.directory().find(shop.tenant()).orElseThrow();
    }

    private void assertGone(MovingShop shop, Home home) throws SQLException {
        if (home.tier() == Tier.SHARED) {
            assertEquals(0, fleet.rowsOf(shop.tenant(), home));
        } else {
            assertFalse(fleet.homes().exists(home), () -> home + " is still there");
        }
    }

    /** Remembers how much the clients had done at the cutover, so that the soak lasts until the new home has been used. */
    private static final class AtCutover implements MoveListener {
        private final MovingShop shop;
        private final List<Duration> fenced = new ArrayList<>();
        private final AtomicInteger acknowledged = new AtomicInteger();

        AtCutover(MovingShop shop) {
            this.shop = shop;
        }

        @Override
        public void cutOver(Move move, Duration pause) {
            fenced.add(pause);
            acknowledged.set(shop.acknowledged());
        }

        SoakDecision whenUsed(Verdict verdict) {
            return soaked -> shop.acknowledged() > acknowledged.get() + 50 ? verdict : Verdict.GO_ON;
        }
    }
}
