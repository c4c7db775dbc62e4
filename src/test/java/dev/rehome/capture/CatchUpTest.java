package dev.rehome.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.backfill.Backfill;
import dev.rehome.backfill.BackfillListener;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Tier;
import dev.rehome.testing.CopyScene;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** In one database and between two, into fresh homes and into a shared one. */
@ParameterizedClass
@CsvSource({"SHARED,SCHEMA", "SHARED,DATABASE", "DATABASE,SHARED"})
class CatchUpTest {
    private static final String ONE_CUSTOMER = "(select id from customers order by external_id limit 1)";
    private final CopyScene scene;
    private final ChangeLog log;

    CatchUpTest(Tier from, Tier to) throws SQLException {
        scene = new CopyScene(from, to);
        log = ChangeLog.open(scene.servers(), scene.source(), scene.lease());
    }

    @Test
    void whatWasInsertedUpdatedAndDeletedIsAppliedAndTheNeighbourIsUntouched() throws Exception {
        copied();
        Map<String, String> neighbours = scene.neighbours();
        scene.write(
                "update customers set email = 'new-' || email where external_id like 'c1%'",
                "delete from order_items where line_no = 1",
                "insert into customers (storefront_id, id, email, created_at) values ('" + scene.tenant()
                        + "', uuidv7(), '', now())",
                "update odd set feelings = '{fine}', amount = null, parent_no = null where no < 20",
                "insert into odd (storefront_id, region, no, parent_no, feeling) values ('" + scene.tenant()
                        + "', 'Süd', 1000, 1001, 'sad'), ('" + scene.tenant() + "', 'Süd', 1001, 1000, null)");

        CatchUpPass pass = pass();

        assertHomesEqual();
        assertEquals(neighbours, scene.neighbours());
        assertEquals(0, log.lagRows());
        assertEquals(
                Set.of("customers", "order_items", "odd"),
                pass.touched().byTable().keySet());
        assertEquals(60, pass.touched().of("order_items").size());
        assertTrue(pass.touched().of("odd").contains(List.of(scene.tenant().toString(), "Süd", "1000")));
        assertEquals(11 + 1 + 19 + 2, pass.rowsApplied());
        assertEquals(11 + 60 + 1 + 19 + 2, pass.changes());
    }

    @Test
    void writeAfterSnapshotBeforeCopyIsNotLost() throws Exception {
        backfill(() -> scene.write(
                "update customers set email = 'late-' || email where external_id = 'c7'",
                "insert into customers (storefront_id, id, email, created_at) values ('" + scene.tenant()
                        + "', uuidv7(), 'late', now())"));

        assertEquals(2, pass().rowsApplied());

        assertHomesEqual();
    }

    @Test
    void deleteAfterSnapshotBeforeCopyDoesNotRiseAgain() throws Exception {
        backfill(() -> scene.write("delete from order_items where line_no = 2"));
        assertEquals(
                "60",
                scene.ask(
                        scene.target(),
                        "select count(*) from order_items where line_no = 2 and storefront_id = '" + scene.tenant()
                                + "'"));

        pass();

        assertHomesEqual();
    }

    @Test
    void deleteAfterCopyDoesNotRiseAgain() throws Exception {
        copied();
        scene.write("update order_items set quantity = 5 where line_no = 2");
        pass();
        scene.write("delete from order_items where line_no = 2");

        assertEquals(0, pass().rowsApplied());

        assertHomesEqual();
    }

    @Test
    void whatIsAppliedWithAFenceUpStaysRecordedUntilTheFencesCommit() throws Exception {
        copied();
        scene.write("update order_items set quantity = 5 where line_no = 2");
        try (CatchUp catchUp = catchUp();
                Connection fence = scene.servers().open(scene.source(), DatabaseRole.MOVER, "test")) {
            fence.setAutoCommit(false);
            assertEquals(60, catchUp.pass(fence).rowsApplied());
            assertHomesEqual();
            assertEquals(60, log.lagRows());
            fence.rollback();

            assertEquals(60, catchUp.pass(fence).changes());
            assertEquals(60, catchUp.pass(fence).changes());
            fence.commit();
            assertEquals(0, log.lagRows());
            assertEquals(new CatchUpPass(0, 0, TouchedKeys.NONE), catchUp.pass());
        }
        assertHomesEqual();
    }

    @Test
    void swappedUniqueValuesAreApplied() throws Exception {
        copied();
        scene.write(
                "update customers set email = 'between' where external_id = 'c1'",
                "update customers set email = 'c1@example.org' where external_id = 'c2'",
                "update customers set email = 'c2@example.org' where external_id = 'c1'");

        assertEquals(2, pass().rowsApplied());

        assertHomesEqual();
    }

    @Test
    void keyUpdateIsFollowed() throws Exception {
        copied();
        scene.write("update odd set no = no + 500, parent_no = parent_no + 500");

        CatchUpPass pass = pass();

        assertHomesEqual();
        assertEquals(80, pass.touched().count());
        assertEquals(40, pass.rowsApplied());
    }

    @Test
    void aParentAndItsChildrenAreDeletedAndReplaced() throws Exception {
        copied();
        scene.write(
                "delete from order_items where order_id in (select id from orders where customer_id = " + ONE_CUSTOMER
                        + ")",
                "delete from orders where customer_id = " + ONE_CUSTOMER,
                "delete from customer_addresses where customer_id = " + ONE_CUSTOMER,
                "delete from customers where id = " + ONE_CUSTOMER);
        pass();
        assertHomesEqual();

        scene.write("update customers set version = version + 1");

        assertEquals(59, pass().rowsApplied());
        assertHomesEqual();
    }

    /** Numbers are given when a change is written; the transaction with the lower ones commits last. */
    @Test
    void changesCommittedOutOfOrderAreNotLost() throws Exception {
        copied();
        try (Connection first = scene.enter();
                Connection second = scene.enter();
                Statement ofFirst = first.createStatement();
                Statement ofSecond = second.createStatement()) {
            ofFirst.execute("update customers set email = 'first' where external_id = 'c1'");
            ofSecond.execute("update customers set email = 'second' where external_id = 'c2'");
            second.commit();

            assertEquals(1, pass().changes());

            assertEquals("1", scene.ask(scene.target(), "select count(*) from customers where email = 'second'"));
            first.commit();
        }
        assertEquals(1, pass().changes());
        assertHomesEqual();
    }

    @Test
    void passTwiceIsIdempotent() throws Exception {
        copied();
        scene.write("update customers set version = version + 1");
        try (CatchUp catchUp = catchUp()) {
            TouchedKeys touched = catchUp.pass().touched();
            log.mark("customers", touched.of("customers"));

            assertEquals(60, catchUp.pass().rowsApplied());
            assertEquals(new CatchUpPass(0, 0, TouchedKeys.NONE), catchUp.pass());
        }
        assertHomesEqual();
    }

    @Test
    void failureBetweenTheTargetsCommitAndTheSourcesIsHarmless() throws Exception {
        copied();
        scene.write("update customers set email = 'x' || email", "delete from order_items where line_no = 1");
        scene.administer(
                scene.source(),
                "create function rehome.planted() returns trigger language plpgsql as 'begin raise exception ''planted''; end';"
                        + "create trigger planted before delete on rehome.change for each statement execute function rehome.planted()");
        try (CatchUp catchUp = catchUp()) {
            assertThrows(SQLException.class, catchUp::pass);
            assertEquals(120, log.lagRows());
            scene.write("delete from order_items where line_no = 2");
            scene.administer(scene.source(), "drop trigger planted on rehome.change");

            assertEquals(180, catchUp.pass().changes());
        }
        assertHomesEqual();
    }

    @Test
    void changesFlowBackWithTheHomesSwapped() throws Exception {
        copied();
        Map<String, String> neighbours = scene.neighbours();
        scene.homes().protect(scene.target());
        log.purge();
        scene.serveFromTarget();
        String ours = " and storefront_id = '" + scene.tenant() + "'";
        scene.administer(
                scene.target(),
                "update customers set email = 'new' where external_id = 'c3'" + ours
                        + "; delete from order_items where line_no = 1" + ours);
        try (ChangeLog back = ChangeLog.open(scene.servers(), scene.target(), scene.lease());
                CatchUp catchUp = CatchUp.open(
                        scene.servers(), CopyScene.TENANT_COLUMN, scene.lease(), scene.target(), scene.source())) {
            back.mark("customers", keys("customers", "external_id = 'c3'"));
            back.mark("order_items", keys("order_items", "line_no = 1"));

            assertEquals(1, catchUp.pass().rowsApplied());
        }
        assertHomesEqual();
        assertEquals(neighbours, scene.neighbours());
    }

    @Test
    void cutoverBeforeAPassLeavesTheOldHomeWithNothingToTell() throws Exception {
        copied();
        log.purge();
        log.mark("customers", keys("customers", "external_id = 'c3'"));
        scene.serveFromTarget();

        assertEquals(0, pass().changes());

        assertEquals(1, log.lagRows());
    }

    @Test
    void aCascadingForeignKeyIsRefusedSinceReplacingARowWouldLoseWhatRefersToIt() throws Exception {
        copied();
        scene.administer(
                scene.target(),
                "alter table order_items add constraint planted foreign key (storefront_id, order_id)"
                        + " references orders (storefront_id, id) on delete cascade deferrable");

        RehomeException refused = assertThrows(RehomeException.class, this::catchUp);

        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        assertTrue(refused.getMessage().contains("planted"), refused.getMessage());
    }

    @Test
    void aKeyMayBeAnyText() throws Exception {
        copied();
        List<String> regions = List.of("O'Brien", "\"\\'", "{a,b}", "NULL", "", " a\tb\n", "$1 ? E'\\x'");
        for (String region : regions) {
            scene.write("insert into odd (storefront_id, region, no) values ('" + scene.tenant() + "', '"
                    + region.replace("'", "''") + "', 2000)");
        }

        CatchUpPass pass = pass();

        assertHomesEqual();
        assertEquals(regions.size(), pass.rowsApplied());
        scene.write("delete from odd where no = 2000");
        assertEquals(regions.size(), pass().changes());
        assertHomesEqual();
    }

    @Test
    void fewRowsThatAreTooLargeToBeHeldInMemoryAreAppliedAllTheSame() throws Exception {
        copied();
        scene.write("update odd set bytes = convert_to(repeat('large', 200000), 'UTF8') where no <= 5");

        CatchUpPass pass = pass();

        assertHomesEqual();
        assertEquals(5, pass.rowsApplied());
    }

    @Test
    void homesWhoseDatabasesWriteValuesDifferentlyStayEqual() throws Exception {
        copied();
        scene.write("update odd set duration = interval '-1 day -04:05:06' where no < 20");
        alterSource("set intervalstyle = sql_standard");

        pass();

        alterSource("reset intervalstyle");
        assertHomesEqual();
    }

    private void alterSource(String setting) throws SQLException {
        scene.administer(
                scene.source(),
                "do $$ begin execute format('alter database %I " + setting + "', current_database()); end $$");
    }

    @Test
    void moreChangesThanCanBeNamedAreAppliedAllTheSame() throws Exception {
        copied();
        scene.write("update customers set version = version + 1");
        scene.administer(
                scene.source(),
                "insert into rehome.change (tenant_id, table_name, key) select '" + scene.tenant()
                        + "', 'customers', array['" + scene.tenant()
                        + "', gen_random_uuid()::text] from generate_series(1, "
                        + TouchedKeys.LIMIT + ")");

        CatchUpPass pass = pass();

        assertEquals(TouchedKeys.OVERFLOW, pass.touched());
        assertEquals(TouchedKeys.LIMIT + 60, pass.changes());
        assertEquals(60, pass.rowsApplied());
        assertHomesEqual();
    }

    @Test
    void theLogCountsAndForgetsTheTenantsChangesOnly() throws Exception {
        copied();
        scene.write("update customers set version = version + 1");
        try (ChangeLog neighbours = ChangeLog.open(scene.servers(), scene.source(), new Lease(scene.neighbour(), 1))) {
            neighbours.mark(
                    "customers",
                    List.of(List.of(scene.neighbour().toString(), scene.tenant().toString())));

            assertEquals(60, log.lagRows());
            assertEquals(60, log.purge());

            assertEquals(0, log.lagRows());
            assertEquals(1, neighbours.purge());
        }
        assertFalse(pass().touched().overflow());
    }

    private void copied() throws Exception {
        backfill(() -> {});
        assertHomesEqual();
        assertEquals(
                "40",
                scene.ask(scene.target(), "select count(*) from odd where storefront_id = '" + scene.tenant() + "'"));
    }

    private void backfill(Write afterSnapshot) throws Exception {
        new Backfill(scene.servers(), CopyScene.TENANT_COLUMN, Backfill.Options.DEFAULT)
                .run(scene.copy(), new BackfillListener() {
                    @Override
                    public void snapshotTaken() {
                        try {
                            afterSnapshot.run();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public void progress(long rowsDone, long rowsTotal, long bytesDone) {}
                });
    }

    private interface Write {
        void run() throws SQLException;
    }

    private CatchUp catchUp() throws SQLException {
        return CatchUp.open(scene.servers(), CopyScene.TENANT_COLUMN, scene.lease(), scene.source(), scene.target());
    }

    private CatchUpPass pass() throws SQLException, InterruptedException {
        try (CatchUp catchUp = catchUp()) {
            return catchUp.pass();
        }
    }

    private List<List<String>> keys(String table, String condition) throws SQLException {
        String ids = scene.ask(
                scene.source(),
                "select string_agg(id::text, ',') from " + table + " where " + condition + " and storefront_id = '"
                        + scene.tenant() + "'");
        return List.of(ids.split(",")).stream()
                .map(id -> List.of(scene.tenant().toString(), id))
                .toList();
    }

    private void assertHomesEqual() throws SQLException {
        assertEquals(scene.content(scene.tenant(), scene.source()), scene.content(scene.tenant(), scene.target()));
    }

    @AfterEach
    void close() throws SQLException {
        log.close();
        scene.close();
    }
}
