package dev.rehome.backfill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.backfill.Backfill.Options;
import dev.rehome.capture.CatchUp;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.testing.CopyScene;
import dev.rehome.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackfillTest {
    private static final String CATALOG = """
            select string_agg(line, E'\\n' order by line) from (
                select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid, true) as line
                  from pg_constraint where connamespace = current_schema()::regnamespace
                union all
                select pg_get_indexdef(indexrelid, 0, true) || ' ' || indisvalid
                  from pg_index join pg_class c on c.oid = indrelid where c.relnamespace = current_schema()::regnamespace)""";
    private static final BackfillListener SILENT = (rows, total, bytes) -> {};

    @ParameterizedTest
    @CsvSource({
        "SHARED,SCHEMA",
        "SHARED,DATABASE",
        "SCHEMA,DATABASE",
        "SCHEMA,SHARED",
        "DATABASE,SHARED",
        "DATABASE,SCHEMA"
    })
    void everyRowArrivesAsItIsAndTheNeighbourIsUntouched(Tier from, Tier to) throws Exception {
        try (CopyScene scene = new CopyScene(from, to)) {
            Map<String, String> neighbours = scene.neighbours();
            List<Long> rowsDone = new ArrayList<>();
            List<Long> rowsTotal = new ArrayList<>();

            BackfillResult result = backfill(scene).run(scene.copy(), (rows, total, bytes) -> {
                rowsDone.add(rows);
                rowsTotal.add(total);
            });

            assertEquals(scene.content(scene.tenant(), scene.source()), scene.content(scene.tenant(), scene.target()));
            assertEquals(neighbours, scene.neighbours());
            assertEquals(60 + 60 + 60 + 120 + 40, result.rows());
            assertTrue(result.bytes() > result.rows(), result.toString());
            assertTrue(result.ranges() > 20, result.toString());
            assertEquals(result.rows(), rowsDone.get(rowsDone.size() - 1));
            assertEquals(List.of(result.rows()), rowsTotal.stream().distinct().toList());
            assertEquals(rowsDone.stream().sorted().toList(), rowsDone);
        }
    }

    @ParameterizedTest
    @CsvSource({"SHARED,SCHEMA", "SHARED,DATABASE"})
    void aFreshTargetEndsWithTheKeysIndexesAndForeignKeysOfTheSource(Tier from, Tier to) throws Exception {
        try (CopyScene scene = new CopyScene(from, to)) {
            String withoutLoad = scene.ask(scene.target(), CATALOG);
            List<String> duringLoad = new ArrayList<>();

            backfill(scene).run(scene.copy(), (rows, total, bytes) -> {
                if (rows == 0) {
                    duringLoad.add(ask(scene, scene.target(), CATALOG));
                }
            });

            assertNotEquals(withoutLoad, duringLoad.get(0));
            assertTrue(scene.ask(scene.target(), CATALOG).contains("PRIMARY KEY (storefront_id, id)"));
            backfill(scene).complete(scene.copy());
            assertFalse(duringLoad.get(0).contains("PRIMARY KEY (storefront_id, id)"), duringLoad.get(0));
            assertEquals(withoutLoad, scene.ask(scene.target(), CATALOG));
            assertEquals(scene.ask(scene.source(), CATALOG), scene.ask(scene.target(), CATALOG));
            assertEquals(
                    "60",
                    scene.ask(scene.target(), "select reltuples::int from pg_class where oid = 'orders'::regclass"));
            scene.homes().protect(scene.target());
        }
    }

    @ParameterizedTest
    @CsvSource({"SHARED,SCHEMA", "SHARED,DATABASE", "DATABASE,SHARED", "SCHEMA,SHARED"})
    void writeAfterSnapshotIsNotPartOfTheCopy(Tier from, Tier to) throws Exception {
        try (CopyScene scene = new CopyScene(from, to)) {
            Map<String, String> atSnapshot = scene.content(scene.tenant(), scene.source());

            backfill(scene).run(scene.copy(), new BackfillListener() {
                @Override
                public void snapshotTaken() {
                    write(
                            scene,
                            "update customers set email = 'late-' || email",
                            "delete from order_items where line_no = 2");
                }

                @Override
                public void progress(long rowsDone, long rowsTotal, long bytesDone) {}
            });

            assertEquals(atSnapshot, scene.content(scene.tenant(), scene.target()));
            assertNotEquals(atSnapshot, scene.content(scene.tenant(), scene.source()));
        }
    }

    /** R5. Interleaving: some ranges arrive, the copy is cut off, rows everywhere change, the rest is copied, changes are applied. */
    @ParameterizedTest
    @CsvSource({"SHARED,SCHEMA", "SHARED,DATABASE", "SCHEMA,DATABASE", "DATABASE,SHARED", "SCHEMA,SHARED"})
    void aCopyThatWasCutOffGoesOnWithTheMissingRangesThoughRowsChangedMeanwhile(Tier from, Tier to) throws Exception {
        try (CopyScene scene = new CopyScene(from, to)) {
            Map<String, String> neighbours = scene.neighbours();
            Thread caller = Thread.currentThread();
            try {
                assertThrows(
                        InterruptedException.class,
                        () -> backfill(scene).run(scene.copy(), (rows, total, bytes) -> {
                            if (rows > total / 2) {
                                caller.interrupt();
                            }
                        }));
            } finally {
                Thread.interrupted();
            }
            awaitNothingRuns(scene);
            String arrived = scene.ask(
                    scene.target(),
                    "select string_agg(table_name || range_no, ' ' order by table_name, range_no) from rehome.backfill_arrival");
            assertNotEquals("null", arrived);
            // A unique value wanders over the ranges; parents come and go, and their children with them.
            scene.write(
                    "update customers set email = 'x' || email",
                    "update customers c set email = (select substr(email, 2) from (select email, lag(id) over (order by id) as next"
                            + " from customers) n where n.next = c.id) where id < (select max(id::text) from customers)::uuid",
                    "insert into customers (storefront_id, id, email, created_at) select storefront_id, uuidv7(), 'new' || id, now() from customers limit 20",
                    "update orders set customer_id = (select id from customers where email like 'new%' order by id limit 1)"
                            + " where external_id like '%7'",
                    "delete from order_items where order_id in (select id from orders where external_id like '%3')",
                    "delete from orders where external_id like '%3'");
            List<Long> rowsDone = new ArrayList<>();

            backfill(scene).run(scene.copy(), new BackfillListener() {
                @Override
                public void resumed(String snapshot, Collection<TenantTable> tables)
                        throws SQLException, InterruptedException {
                    try (CatchUp catchUp = catchUp(scene)) {
                        catchUp.refresh(snapshot, tables);
                    }
                }

                @Override
                public void progress(long rows, long total, long bytes) {
                    rowsDone.add(rows);
                }
            });
            try (CatchUp catchUp = catchUp(scene)) {
                catchUp.pass();
            }
            backfill(scene).complete(scene.copy());

            assertTrue(rowsDone.get(0) > 0, "what had arrived was copied again");
            assertEquals(scene.content(scene.tenant(), scene.source()), scene.content(scene.tenant(), scene.target()));
            assertEquals(scene.ask(scene.source(), CATALOG), scene.ask(scene.target(), CATALOG));
            assertEquals(neighbours, scene.neighbours());
        }
    }

    /** A server notices a moment late that a connection was closed. */
    private static void awaitNothingRuns(CopyScene scene) throws Exception {
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        String running =
                "select count(*) from pg_stat_activity where application_name = 'rehome backfill' and state <> 'idle'";
        while (!scene.ask(scene.target(), running).equals("0")) {
            assertFalse(deadline.passed(), "the copy that was cut off goes on");
            deadline.sleep(Duration.ofMillis(5));
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the caller closes it
    private static CatchUp catchUp(CopyScene scene) throws SQLException {
        return CatchUp.open(scene.servers(), CopyScene.TENANT_COLUMN, scene.lease(), scene.source(), scene.target());
    }

    /** R7: a range of a mover that was overtaken while it copied does not arrive. */
    @ParameterizedTest
    @CsvSource({"SHARED,SCHEMA", "SHARED,DATABASE", "DATABASE,SHARED"})
    void whoHasLostTheLeaseCopiesNothingMore(Tier from, Tier to) throws Exception {
        try (CopyScene scene = new CopyScene(from, to)) {
            SQLException refused = assertThrows(
                    SQLException.class,
                    () -> backfill(scene).run(scene.copy(), (rows, total, bytes) -> {
                        if (rows == 0) {
                            claimLater(scene);
                        }
                    }));
            assertTrue(SqlState.isLeaseLost(refused) || SqlState.isSerializationFailure(refused), () -> "" + refused);
            assertEquals(
                    "0",
                    scene.ask(
                            scene.target(),
                            "select count(*) from customers where storefront_id = '" + scene.tenant() + "'"));
        }
    }

    private static void claimLater(CopyScene scene) {
        try {
            scene.claim(new Lease(scene.tenant(), 2), scene.target());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFirstFailureStopsAllWorkersAndIsReported() throws Exception {
        try (CopyScene scene = new CopyScene(Tier.SHARED, Tier.DATABASE)) {
            scene.administer(scene.target(), "alter table order_items add constraint planted check (line_no <> 2)");

            SQLException failure =
                    assertThrows(SQLException.class, () -> backfill(scene).run(scene.copy(), SILENT));

            assertEquals("23514", failure.getSQLState());
        }
    }

    @Test
    void aTenantWithoutRowsIsCopiedToo() throws Exception {
        try (CopyScene scene = new CopyScene(Tier.SHARED, Tier.SCHEMA)) {
            scene.write(
                    "delete from odd",
                    "delete from order_items",
                    "delete from orders",
                    "delete from customer_addresses",
                    "delete from customers");

            assertEquals(0, backfill(scene).run(scene.copy(), SILENT).rows());
            backfill(scene).complete(scene.copy());

            assertEquals(scene.ask(scene.source(), CATALOG), scene.ask(scene.target(), CATALOG));
        }
    }

    private static Backfill backfill(CopyScene scene) {
        return new Backfill(scene.servers(), CopyScene.TENANT_COLUMN, new Options(2, 17));
    }

    private static void write(CopyScene scene, String... sql) {
        try {
            scene.write(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ask(CopyScene scene, Home home, String sql) {
        try {
            return scene.ask(home, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
