package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fence.TransactionMode.Isolation;
import dev.rehome.move.MoveOptions.CutoverBudget;
import dev.rehome.move.SoakDecision.Verdict;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.testing.Thorough;
import dev.rehome.verify.VerificationReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MoverTest {
    private static final String ALL_KEPT = "lost=0 risen=0 failed=0";
    private static final MoveOptions OPTIONS =
            Unhurried.OPTIONS.toBuilder().soak(Duration.ofHours(1)).build();

    private TestFleet fleet;
    private TenantConnections connections;
    private MoveJournal journal;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = fleet.connections(new Limits(10, 40, Duration.ofSeconds(30)));
        journal = fleet.journal();
    }

    @AfterEach
    void close() throws SQLException {
        assertEquals(0, connections.inUse());
        connections.close();
        fleet.close();
    }

    static Stream<Arguments> directions() {
        return Stream.of(Tier.values())
                .flatMap(from ->
                        Stream.of(Tier.values()).filter(to -> to != from).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("directions")
    void aTenantMovesWhileItIsWrittenAndNothingIsLostOrFails(Tier from, Tier to) throws Exception {
        MovingShop shop = shop(from);
        MovingShop neighbour = shop(Tier.SHARED);
        Home source = home(shop, from);
        Home target = home(shop, to);
        AtomicInteger atCutover = new AtomicInteger();

        MoveReport report;
        try (Writers writers = new Writers(shop, neighbour)) {
            report = mover(OPTIONS)
                    .run(
                            mover(OPTIONS).plan(shop.tenant(), target),
                            new MoveListener() {
                                @Override
                                public void cutOver(Move move, Duration fenced) {
                                    atCutover.set(shop.acknowledged());
                                }
                            },
                            soaked -> shop.acknowledged() > atCutover.get() + 100 ? Verdict.RETIRE : Verdict.GO_ON);
            writers.stop();
        }

        assertEquals(MovePhase.DONE, report.move().phase());
        assertEquals(target, placement(shop).home());
        assertEquals(ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        assertEquals(ALL_KEPT, neighbour.audit(fleet.sharedHome()), () -> "" + neighbour.failures());
        assertTrue(report.verifications().size() >= 2);
        assertTrue(report.verifications().stream().allMatch(VerificationReport::clean));
        assertGone(shop, source);
    }

    /** Out of every tier and into every tier; with {@code -Dthorough} all directions. */
    static Stream<Arguments> someDirections() {
        return Thorough.isAsked()
                ? directions()
                : Stream.of(
                        Arguments.of(Tier.SHARED, Tier.SCHEMA),
                        Arguments.of(Tier.SCHEMA, Tier.DATABASE),
                        Arguments.of(Tier.DATABASE, Tier.SHARED));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("someDirections")
    void aRollBackDuringTheSoakUnderWritesLosesNothing(Tier from, Tier to) throws Exception {
        MovingShop shop = shop(from);
        Home source = home(shop, from);
        Home target = home(shop, to);
        AtomicInteger atCutover = new AtomicInteger();
        List<Duration> cutovers = new ArrayList<>();

        MoveReport report;
        try (Writers writers = new Writers(shop)) {
            report = mover(OPTIONS)
                    .run(
                            mover(OPTIONS).plan(shop.tenant(), target),
                            new MoveListener() {
                                @Override
                                public void cutOver(Move move, Duration fenced) {
                                    atCutover.set(shop.acknowledged());
                                    cutovers.add(fenced);
                                }
                            },
                            soaked -> shop.acknowledged() > atCutover.get() + 100 ? Verdict.ROLL_BACK : Verdict.GO_ON);
            writers.stop();
        }

        assertEquals(MovePhase.ROLLED_BACK, report.move().phase());
        assertEquals(2, cutovers.size());
        assertEquals(source, placement(shop).home());
        assertEquals(3, placement(shop).epoch().value());
        assertEquals(ALL_KEPT, shop.audit(source), () -> "" + shop.failures());
        assertGone(shop, target);
    }

    @ParameterizedTest
    @EnumSource
    void transactionsOfEveryIsolationCrossACutoverWithoutNoticing(Isolation isolation) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        try (Writers writers = new Writers(new TransactionMode(isolation, false), shop)) {
            mover(OPTIONS)
                    .run(mover(OPTIONS).plan(shop.tenant(), home(shop, Tier.SCHEMA)), MoveListener.NONE, decideAt(0));
            mover(OPTIONS)
                    .run(mover(OPTIONS).plan(shop.tenant(), home(shop, Tier.DATABASE)), MoveListener.NONE, decideAt(0));
            writers.stop();
        }
        assertTrue(
                shop.failures().stream()
                        .allMatch(e -> e instanceof SQLException sql && "40001".equals(sql.getSQLState())),
                () -> "other than the serialization failures that this isolation has anyway: " + shop.failures());
        assertTrue(shop.audit(home(shop, Tier.DATABASE)).startsWith("lost=0 risen=0"));
    }

    @Test
    void aSecondMoveOfTheSameTenantIsRefused() throws SQLException {
        MovingShop shop = shop(Tier.SHARED);
        mover(OPTIONS).plan(shop.tenant(), home(shop, Tier.SCHEMA));
        RehomeException refused = assertThrows(
                RehomeException.class, () -> mover(OPTIONS).plan(shop.tenant(), home(shop, Tier.DATABASE)));
        assertEquals(ErrorKind.BUSY, refused.kind());
    }

    @Test
    void aMoveToWhereTheTenantLivesIsRefused() throws SQLException {
        MovingShop shop = shop(Tier.SHARED);
        RehomeException refused =
                assertThrows(RehomeException.class, () -> mover(OPTIONS).plan(shop.tenant(), fleet.sharedHome()));
        assertEquals(ErrorKind.USER, refused.kind());
    }

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "DATABASE"})
    void aMoveIntoAnotherTenantsOwnHomeIsRefusedAndDoesItNoHarm(Tier tier) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        MovingShop other = shop(tier);
        long rows = fleet.rowsOf(other.tenant(), home(other, tier));
        Mover mover = mover(OPTIONS);
        Move move = mover.plan(shop.tenant(), home(other, tier));

        RehomeException refused = assertThrows(RehomeException.class, () -> mover.run(move, MoveListener.NONE));

        assertEquals(ErrorKind.USER, refused.kind());
        assertEquals(
                MovePhase.CANCELLED,
                mover.cancel(journal.active(shop.tenant()).orElseThrow()).phase());
        assertEquals(rows, fleet.rowsOf(other.tenant(), home(other, tier)));
        assertEquals(ALL_KEPT, shop.audit(fleet.sharedHome()));
    }

    @Test
    void aMoveThatIsCancelledLeavesNothingBehind() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = home(shop, Tier.SCHEMA);
        try (Connection connection = holdTransactionOpen(shop)) {
            MoveOptions impatient = OPTIONS.toBuilder()
                    .cutover(budget(Duration.ofMillis(20), Duration.ofMillis(1)))
                    .build();
            Mover mover = mover(impatient);
            Move move = mover.plan(shop.tenant(), target);
            RehomeException stands = assertThrows(RehomeException.class, () -> mover.run(move, MoveListener.NONE));
            assertEquals(ErrorKind.BUSY, stands.kind());
            assertTrue(stands.getMessage().contains("still running: pid"), stands.getMessage());
            connection.rollback();
            connections.release(connection);
        }
        Move standing = journal.active(shop.tenant()).orElseThrow();
        assertEquals(MovePhase.BACKFILL, standing.phase());

        assertEquals(MovePhase.CANCELLED, mover(OPTIONS).cancel(standing).phase());

        assertGone(shop, target);
        assertEquals(fleet.sharedHome(), placement(shop).home());
        assertEquals(0, fleet.count(fleet.sharedHome(), "select count(*) from rehome.residency where capture"));
        shop.work(TransactionMode.DEFAULT);
        assertEquals(ALL_KEPT, shop.audit(fleet.sharedHome()));
    }

    /** Interleaving: the transaction enters, the fence is asked for, the transaction writes and commits, the cutover. */
    @Test
    void aTransactionThatIsOpenWhenTheFenceIsAskedForIsWaitedForAndKept() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        AtomicBoolean released = new AtomicBoolean();
        Connection open = connections.acquire(shop.tenant(), TransactionMode.DEFAULT);
        MoveReport report = mover(OPTIONS)
                .run(
                        mover(OPTIONS).plan(shop.tenant(), home(shop, Tier.DATABASE)),
                        new MoveListener() {
                            @Override
                            public void postponed(Move move, String reason) {
                                assertTrue(reason.contains("still running"), reason);
                                if (!released.getAndSet(true)) {
                                    commitCustomer(open, shop.tenant());
                                }
                            }
                        },
                        decideAt(0));
        assertTrue(released.get());
        assertEquals(MovePhase.DONE, report.move().phase());
        assertEquals(
                1,
                fleet.count(
                        home(shop, Tier.DATABASE), "select count(*) from customers where email = 'late@example.com'"));
    }

    @Test
    void withoutAWayBackThereIsNoSoakAndNoCapture() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        MoveOptions oneWay = OPTIONS.toBuilder().rollback(false).build();
        MoveReport report =
                mover(oneWay).run(mover(oneWay).plan(shop.tenant(), home(shop, Tier.SCHEMA)), MoveListener.NONE);
        assertEquals(MovePhase.DONE, report.move().phase());
        assertEquals(ALL_KEPT, shop.audit(home(shop, Tier.SCHEMA)));
    }

    @Test
    void aTargetWithOtherColumnsIsRefusedBeforeAnythingIsCopied() throws Exception {
        MovingShop shop = shop(Tier.SCHEMA);
        try (Connection administrator = fleet.administrator(home(shop, Tier.SCHEMA));
                Statement statement = administrator.createStatement()) {
            statement.execute("alter table orders add column gift_note text");
        }
        Mover mover = mover(OPTIONS);
        Move move = mover.plan(shop.tenant(), fleet.sharedHome());
        RehomeException refused = assertThrows(RehomeException.class, () -> mover.run(move, MoveListener.NONE));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        assertEquals(
                MovePhase.PREPARE, journal.active(shop.tenant()).orElseThrow().phase());
        assertEquals(ALL_KEPT, shop.audit(home(shop, Tier.SCHEMA)));
    }

    @Test
    void aForeignKeyThatWouldLoseRowsIsRefusedBeforeAnythingIsCopied() throws Exception {
        MovingShop shop = shop(Tier.SCHEMA);
        long shared = fleet.rowsOf(shop.tenant(), fleet.sharedHome());
        try (Connection administrator = fleet.administrator(home(shop, Tier.SCHEMA));
                Statement statement = administrator.createStatement()) {
            statement.execute("alter table order_items add constraint planted foreign key (storefront_id, order_id)"
                    + " references orders (storefront_id, id) on delete cascade");
        }
        Mover mover = mover(OPTIONS);
        Move move = mover.plan(shop.tenant(), fleet.sharedHome());
        RehomeException refused = assertThrows(RehomeException.class, () -> mover.run(move, MoveListener.NONE));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        assertTrue(refused.getMessage().contains("planted"), refused.getMessage());
        assertEquals(
                MovePhase.PREPARE, journal.active(shop.tenant()).orElseThrow().phase());
        assertEquals(shared, fleet.rowsOf(shop.tenant(), fleet.sharedHome()));
    }

    private static CutoverBudget budget(Duration lockTimeout, Duration deadline) {
        return new CutoverBudget(Duration.ofSeconds(5), lockTimeout, deadline, Optional.empty());
    }

    private MovingShop shop(Tier tier) throws SQLException {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(tier));
        shop.open(200);
        return shop;
    }

    private Mover mover(MoveOptions options) {
        return fleet.mover(options);
    }

    private Home home(MovingShop shop, Tier tier) {
        return fleet.home(tier, shop.tenant());
    }

    private Placement placement(MovingShop shop) {
        return fleet.directory().find(shop.tenant()).orElseThrow();
    }

    private static SoakDecision decideAt(int millis) {
        return SoakDecision.after(Duration.ofMillis(millis));
    }

    private void assertGone(MovingShop shop, Home home) throws SQLException {
        if (home.tier() == Tier.SHARED) {
            assertEquals(0, fleet.rowsOf(shop.tenant(), home));
        } else {
            assertTrue(!fleet.homes().exists(home), home + " is still there");
        }
    }

    private Connection holdTransactionOpen(MovingShop shop) {
        return connections.acquire(shop.tenant(), TransactionMode.DEFAULT);
    }

    private void commitCustomer(Connection connection, TenantId tenant) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, email, created_at) values ('" + tenant
                    + "', gen_random_uuid(), 'late@example.com', now())");
            connection.commit();
            connections.release(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
