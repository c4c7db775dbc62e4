package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.JvmFence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.DatabaseUrl.Product;
import dev.rehome.placement.Directory;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Homes on H2. */
class StoppingMoverTest {
    private static final String ALL_KEPT = "lost=0 risen=0 failed=0";
    private static final int CUSTOMERS = 200;
    /** Each customer has an address, an order with an item, a cart with an item; and there is the storefront. */
    private static final int ROWS = 6 * CUSTOMERS + 1;

    private TestFleet fleet;
    private TenantConnections connections;

    @BeforeEach
    void open() throws SQLException {
        fleet = TestFleet.on(Product.H2);
        connections = fleet.connections(new Limits(10, 40, Duration.ofSeconds(60)));
    }

    @AfterEach
    void close() throws SQLException {
        assertEquals(0, connections.inUse());
        connections.close();
        fleet.close();
    }

    static Stream<Arguments> directions() {
        return MoverTest.directions();
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("directions")
    void aTenantMovesWhileItIsWrittenAndNothingIsLostOrFails(Tier from, Tier to) throws Exception {
        MovingShop shop = shop(from);
        MovingShop neighbour = shop(Tier.SHARED);
        Home source = home(shop, from);
        Home target = home(shop, to);

        StoppedMove moved;
        try (Writers writers = new Writers(shop, neighbour)) {
            awaitMore(shop, 20);
            moved = move(shop, target, MoveListener.NONE);
            awaitMore(shop, 20);
            writers.stop();
        }

        assertEquals(new Placement(shop.tenant(), target, moved.placement().epoch()), moved.placement());
        assertEquals(Optional.of(moved.placement()), fleet.directory().find(shop.tenant()));
        assertTrue(moved.rows() > ROWS, "rows " + moved.rows());
        assertEquals(ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        assertEquals(ALL_KEPT, neighbour.audit(fleet.sharedHome()), () -> "" + neighbour.failures());
        assertGone(shop, source);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("directions")
    void aCopyThatFailsLeavesTheSourceServingAndNothingBehind(Tier from, Tier to) throws Exception {
        MovingShop shop = shop(from);
        MovingShop neighbour = shop(Tier.SHARED);
        Home source = home(shop, from);
        Home target = home(shop, to);
        String id = ask(source, "select id from customers where storefront_id = '" + shop.tenant() + "' limit 1");

        RehomeException failed = assertThrows(
                RehomeException.class,
                () -> move(
                        shop,
                        target,
                        before(
                                MovePhase.BACKFILL,
                                target,
                                "insert into customers" + " (storefront_id, id, created_at) values ('" + shop.tenant()
                                        + "', '" + id + "', now())")));

        assertEquals(ErrorKind.EXTERNAL, failed.kind());
        assertTrue(failed.getMessage().contains("23505"), failed.getMessage());
        assertNeverLeft(shop, source);
        assertGone(shop, target);
        assertEquals(ROWS, fleet.rowsOf(neighbour.tenant(), fleet.sharedHome()));

        assertEquals(ROWS + 2, move(shop, target, MoveListener.NONE).rows(), "the next try did not work");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update orders set items_total = items_total + 0.0001 where id in (select id from orders limit 1)",
                "update customers set email = null where id in (select id from customers limit 1)",
                "delete from cart_items where id in (select id from cart_items limit 1)",
                "insert into customers (storefront_id, id, created_at)"
                        + " select storefront_id, gen_random_uuid(), created_at from customers limit 1"
            })
    void aCopyThatIsNotEqualIsNeverServed(String damage) throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = home(shop, Tier.DATABASE);

        RehomeException failed =
                assertThrows(RehomeException.class, () -> move(shop, target, before(MovePhase.VERIFY, target, damage)));

        assertEquals(ErrorKind.INVARIANT, failed.kind());
        assertTrue(failed.getMessage().contains("not equal"), failed.getMessage());
        assertNeverLeft(shop, fleet.sharedHome());
        assertGone(shop, target);
    }

    @Test
    void aTransactionThatDoesNotEndIsBusyAndTheSourceGoesOn() throws Exception {
        MovingShop shop = shop(Tier.SHARED);
        Home target = home(shop, Tier.SCHEMA);
        Connection open = connections.acquire(shop.tenant(), TransactionMode.DEFAULT);

        RehomeException busy = assertThrows(
                RehomeException.class,
                () -> mover(fleet.directory())
                        .run(shop.tenant(), target, Deadline.in(Duration.ofMillis(50)), MoveListener.NONE));

        assertEquals(ErrorKind.BUSY, busy.kind());
        assertNeverLeft(shop, fleet.sharedHome());
        open.rollback();
        connections.release(open);
        assertEquals(target, move(shop, target, MoveListener.NONE).placement().home());
    }

    @Test
    void aMoveToWhereTheTenantLivesIsRefused() throws SQLException {
        MovingShop shop = shop(Tier.SHARED);
        RehomeException refused =
                assertThrows(RehomeException.class, () -> move(shop, fleet.sharedHome(), MoveListener.NONE));
        assertEquals(ErrorKind.USER, refused.kind());
        assertNeverLeft(shop, fleet.sharedHome());
    }

    @Test
    void aTargetWithOtherColumnsIsRefusedBeforeAnythingIsCopied() throws SQLException {
        MovingShop shop = shop(Tier.SCHEMA);
        execute(home(shop, Tier.SCHEMA), "alter table orders add column gift_note varchar(10)");
        RehomeException refused =
                assertThrows(RehomeException.class, () -> move(shop, fleet.sharedHome(), MoveListener.NONE));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        assertNeverLeft(shop, home(shop, Tier.SCHEMA));
    }

    @Test
    void aListenerHearsThePhasesInTheirOrder() throws SQLException {
        MovingShop shop = shop(Tier.SHARED);
        List<String> heard = new ArrayList<>();
        StoppedMove moved = move(shop, home(shop, Tier.SCHEMA), new MoveListener() {
            @Override
            public void entered(Move move, MovePhase phase) {
                heard.add(move.phase() == phase ? phase.name() : "confused");
            }

            @Override
            public void progressed(Move move, MoveProgress progress) {
                if (progress.rowsDone() == ROWS) {
                    heard.add("all rows");
                }
            }

            @Override
            public void cutOver(Move move, Duration fenced) {
                heard.add("cut over");
            }
        });
        assertEquals(ROWS, moved.rows());
        assertEquals(
                List.of("PREPARE", "BACKFILL", "all rows", "VERIFY", "CUTOVER", "RETIRE", "cut over", "DONE"), heard);
    }

    @Test
    void columnsOfEveryKindArriveAsTheyWere() throws Exception {
        MovingShop shop = shop(Tier.SCHEMA);
        Home source = home(shop, Tier.SCHEMA);
        for (Home home : List.of(source, fleet.sharedHome())) {
            execute(home, """
                    create table odd (
                        storefront_id uuid not null,
                        region varchar(10) not null,
                        no bigint generated always as identity,
                        amount numeric(10, 3),
                        total numeric(12, 3) generated always as (amount * 2),
                        document json,
                        duration interval day to second,
                        tags varchar(10) array,
                        bytes varbinary(10),
                        big_text clob,
                        big_bytes binary large object,
                        at timestamp(9) with time zone,
                        feeling enum('sad', 'happy'),
                        primary key (storefront_id, region, no)
                    )""");
        }
        execute(source, """
                insert into odd (storefront_id, region, amount, document, duration, tags, bytes, big_text, big_bytes, at, feeling)
                select 'T', case mod(i, 2) when 0 then 'Süd' else 'a,b' end, i / 8.0, json '{"a":[1.50,null]}', interval '1 02:03:04' day to second,
                       array['x', null], x'00ff', repeat('long', 2000), x'0001', timestamp with time zone '2024-02-29 23:59:59.123456789+05', 'happy'
                  from generate_series(1, 1500) s(i)""".replace("'T'", "cast('" + shop.tenant() + "' as uuid)"));
        execute(source, "insert into odd (storefront_id, region) values ('" + shop.tenant() + "', 'nothing')");
        List<String> before = content(source);

        assertEquals(
                ROWS + 1501, move(shop, fleet.sharedHome(), MoveListener.NONE).rows());

        assertEquals(before, content(fleet.sharedHome()));
    }

    /** Interleaving: the flip, the directory fails, the tenant is used, the move is asked for again. */
    @Test
    void aDirectoryThatFailsAfterTheFlipIsToldByTheNextCall() throws SQLException {
        MovingShop shop = shop(Tier.SHARED);
        Home target = home(shop, Tier.SCHEMA);
        RefusingDirectory directory = new RefusingDirectory(fleet.directory(), target);
        assertThrows(IllegalStateException.class, () -> run(mover(directory), shop, target, MoveListener.NONE));

        shop.work(TransactionMode.DEFAULT);
        assertEquals(ALL_KEPT, shop.audit(target), () -> "" + shop.failures());
        assertEquals(1, placement(shop).epoch().value());

        RehomeException refused = assertThrows(RehomeException.class, () -> move(shop, target, MoveListener.NONE));
        assertEquals(ErrorKind.USER, refused.kind());
        assertEquals(target, placement(shop).home());

        // What is left in the old home is not taken for the tenant's rows when it comes back.
        assertEquals(ROWS + 2, move(shop, fleet.sharedHome(), MoveListener.NONE).rows());
        assertEquals(ROWS + 2, fleet.rowsOf(shop.tenant(), fleet.sharedHome()));
    }

    /** A directory that cannot be told of one home. */
    private record RefusingDirectory(Directory directory, Home home) implements Directory {
        @Override
        public Optional<Placement> find(TenantId tenant) {
            return directory.find(tenant);
        }

        @Override
        public void add(Placement placement, String name) {
            directory.add(placement, name);
        }

        @Override
        public void advance(Placement placement) {
            if (placement.home().equals(home)) {
                throw new IllegalStateException("the directory is down");
            }
            directory.advance(placement);
        }

        @Override
        public List<Placement> page(@Nullable TenantId after, int limit) {
            return directory.page(after, limit);
        }
    }

    private MovingShop shop(Tier tier) throws SQLException {
        MovingShop shop = new MovingShop(fleet, connections, fleet.createTenant(tier));
        shop.open(CUSTOMERS);
        return shop;
    }

    private StoppingMover mover(Directory directory) {
        return new StoppingMover(
                fleet.servers(), fleet.homes(), directory, (JvmFence) fleet.fence(), TestFleet.TENANT_COLUMN);
    }

    private StoppedMove move(MovingShop shop, Home target, MoveListener listener) {
        return run(mover(fleet.directory()), shop, target, listener);
    }

    private static StoppedMove run(StoppingMover mover, MovingShop shop, Home target, MoveListener listener) {
        return mover.run(shop.tenant(), target, Deadline.in(Duration.ofSeconds(60)), listener);
    }

    private Home home(MovingShop shop, Tier tier) {
        return fleet.home(tier, shop.tenant());
    }

    private Placement placement(MovingShop shop) {
        return fleet.directory().find(shop.tenant()).orElseThrow();
    }

    /** Until the clients of the shop have been told of so many more customers. */
    private static void awaitMore(MovingShop shop, int customers) {
        int enough = shop.acknowledged() + customers;
        while (shop.acknowledged() < enough && shop.failures().isEmpty()) {
            Thread.onSpinWait();
        }
    }

    /** Does something to the target just before a phase, as nobody ought to. */
    private MoveListener before(MovePhase awaited, Home target, String sql) {
        return new MoveListener() {
            @Override
            public void entered(Move move, MovePhase phase) {
                if (phase == awaited) {
                    execute(target, sql);
                }
            }
        };
    }

    private void assertNeverLeft(MovingShop shop, Home source) throws SQLException {
        assertEquals(source, placement(shop).home());
        assertEquals(1, placement(shop).epoch().value());
        assertEquals(ROWS, fleet.rowsOf(shop.tenant(), source));
        if (connections.inUse() == 0) {
            shop.work(TransactionMode.DEFAULT);
            assertEquals(ALL_KEPT, shop.audit(source), () -> "" + shop.failures());
        }
    }

    private void assertGone(MovingShop shop, Home home) throws SQLException {
        if (home.tier() == Tier.SHARED) {
            assertEquals(0, fleet.rowsOf(shop.tenant(), home));
        } else {
            assertFalse(fleet.homes().exists(home), home + " is still there");
        }
    }

    private void execute(Home home, String sql) {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String ask(Home home, String sql) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Every row of the odd table as text. */
    private List<String> content(Home home) throws SQLException {
        List<String> content = new ArrayList<>();
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select * from odd order by region, no")) {
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    values.add(String.valueOf(row.getString(column)));
                }
                content.add(values.toString());
            }
        }
        return content;
    }
}
