package dev.rehome.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.backfill.Backfill;
import dev.rehome.capture.CatchUp;
import dev.rehome.capture.ChangeLog;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Tier;
import dev.rehome.testing.CopyScene;
import dev.rehome.verify.Difference.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

@ParameterizedClass
@CsvSource({"SHARED,SCHEMA", "SHARED,DATABASE"})
class VerifierTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int ROWS_PER_RANGE = 5;

    private final CopyScene scene;
    private final ChangeLog log;

    VerifierTest(Tier from, Tier to) throws SQLException {
        scene = new CopyScene(from, to);
        log = ChangeLog.open(scene.servers(), scene.source(), scene.lease());
    }

    @BeforeEach
    void copy() throws Exception {
        new Backfill(scene.servers(), CopyScene.TENANT_COLUMN, Backfill.Options.DEFAULT)
                .run(scene.copy(), (rows, total, bytes) -> {});
        scene.homes().protect(scene.target());
    }

    @Test
    void equalHomesAreCleanInEveryRangeAndTenAreComparedAtOnce() throws Exception {
        VerificationReport report = verify();

        assertTrue(report.clean(), report.toString());
        assertTrue(report.equal());
        assertEquals(NOW, report.startedAt());
        assertEquals(60 + 60 + 60 + 120 + 40, report.rows());
        assertEquals(
                Map.of(
                        "customers", 2,
                        "customer_addresses", 2,
                        "orders", 2,
                        "order_items", 3,
                        "odd", 1,
                        "storefronts", 1,
                        "shopping_carts", 1,
                        "cart_items", 1),
                report.tables().stream().collect(Collectors.toMap(VerifiedTable::name, VerifiedTable::ranges)));
    }

    @Test
    void rangesThatDifferTogetherAreComparedOneByOne() throws Exception {
        plant("delete from order_items where id = (select min(id::text)::uuid from order_items)");

        assertEquals(
                10 + 1 + 1, table(verify(), "order_items").ranges(), "50 rows five by five, then 50 and 20 at once");
    }

    @Test
    void aMissingRowIsFoundAndRepaired() throws Exception {
        plant("delete from order_items where (order_id, line_no) in (select order_id, 2 from order_items limit 1)");

        assertFoundAndRepaired("order_items", Kind.MISSING, 1);
    }

    @Test
    void anExtraRowIsFoundAndRemoved() throws Exception {
        plant("insert into customers (storefront_id, id, created_at) values ('" + scene.tenant()
                + "', '00000000-0000-0000-0000-000000000001', now())");

        VerificationReport report = assertFoundAndRepaired("customers", Kind.EXTRA, 1);

        assertEquals(
                List.of(scene.tenant().toString(), "00000000-0000-0000-0000-000000000001"),
                report.differences().get(0).key());
    }

    /** The parent is found first, and cannot go while the child is there. */
    @Test
    void anExtraRowThatAnotherExtraRowRefersToIsRemovedWithIt() throws Exception {
        String extra = "'00000000-0000-0000-0000-000000000001'";
        plant("insert into customers (storefront_id, id, created_at) values ('" + scene.tenant() + "', " + extra
                + ", now())");
        plant("insert into customer_addresses (storefront_id, id, customer_id, created_at) values ('" + scene.tenant()
                + "', " + extra + ", " + extra + ", now())");

        VerificationReport report = verify();

        assertEquals(1, table(report, "customers").extra(), report.toString());
        assertEquals(1, table(report, "customer_addresses").extra(), report.toString());
        assertTrue(report.equal(), report.toString());
        assertTrue(verify().clean());
    }

    @Test
    void oneChangedColumnIsFoundAndRepaired() throws Exception {
        plant("update orders set items_total = items_total + 0.0001 where external_id = 'o7'");

        assertFoundAndRepaired("orders", Kind.DIFFERENT, 1);
    }

    /** The two rows are neighbours in one range: there, a sum of plain row hashes stays the same. */
    @Test
    void valuesSwappedBetweenTwoRowsAreFoundAndRepaired() throws Exception {
        String ours = "o.storefront_id = '" + scene.tenant() + "'";
        plant(
                "create temporary table two as select id, external_id, row_number() over (order by id) as no from orders o where "
                        + ours + " order by id limit 2;"
                        + " update orders o set external_id = o.external_id || '~' from two where o.id = two.id and "
                        + ours + ";"
                        + " update orders o set external_id = (select t.external_id from two t where t.no = 3 - two.no)"
                        + " from two where o.id = two.id and " + ours);

        assertFoundAndRepaired("orders", Kind.DIFFERENT, 2);
    }

    @Test
    void nullForAnEmptyStringIsFoundAndRepaired() throws Exception {
        plant("update odd set note = null where no = 3");

        assertFoundAndRepaired("odd", Kind.DIFFERENT, 1);
    }

    @Test
    void differencesInTypesThatHaveNoUsefulHashAreFoundAndRepaired() throws Exception {
        plant(
                "update odd set feeling = 'sad' where no = 1; update odd set feelings = '{happy,sad}' where no = 2;"
                        + " update odd set raw = '{\"b\" : 1}' where no = 3; update odd set place = '(0.1,3)' where no = 4;"
                        + " update odd set duration = '30 days' where no = 5; update odd set tags = '{x,\"NULL\",\"{,}\"}' where no = 6;"
                        + " update odd set document = '{\"a\": [1.5, null]}' where no = 7; update odd set bytes = '\\x00fe' where no = 8");

        assertFoundAndRepaired("odd", Kind.DIFFERENT, 8);
    }

    @Test
    void theScaleOfANumberIsDataWhereNoneIsDeclared() throws Exception {
        plant("update orders set items_total = trim_scale(items_total);"
                + " update odd set amount = (amount || '0')::numeric where no = 7");

        assertFoundAndRepaired("odd", Kind.DIFFERENT, 1);
    }

    /** PostgreSQL's hash of a number leaves its sign out. */
    @Test
    void aChangedSignIsFoundAndRepaired() throws Exception {
        plant("update orders set items_total = -items_total where external_id = 'o7'");

        assertFoundAndRepaired("orders", Kind.DIFFERENT, 1);
    }

    @Test
    void aWholeTableThatIsMissingIsFoundAndRepaired() throws Exception {
        plant("delete from order_items");

        assertFoundAndRepaired("order_items", Kind.MISSING, 120);
    }

    @Test
    void moreExtraRowsThanAreLookedAtTogetherAreAllFound() throws Exception {
        plant("insert into odd (storefront_id, region, no) select '" + scene.tenant()
                + "', 'Süd', i from generate_series(1000, 1199) i");

        assertFoundAndRepaired("odd", Kind.EXTRA, 200);
    }

    @Test
    void aDifferenceThatCannotBeRepairedIsReportedAsSuch() throws Exception {
        plant("delete from odd where no = 39");

        try (Verifier verifier = open()) {
            VerificationReport report = verifier.verify(new Standstill());

            assertFalse(report.equal());
            assertEquals(1, report.unrepairedCount());
            assertFalse(report.differences().get(0).repaired());
        }
    }

    /** More in one range than are looked at together, so that those that stay must not hide those behind them. */
    @Test
    void manyDifferencesThatCannotBeRepairedAreEachReportedOnce() throws Exception {
        plant("insert into odd (storefront_id, region, no) select '" + scene.tenant()
                + "', 'Süd', i from generate_series(1000, 1199) i; delete from odd where no = 4 and storefront_id = '"
                + scene.tenant() + "'");
        plant("alter table odd disable trigger all; create function planted() returns trigger language plpgsql as"
                + " 'begin if old.no % 2 = 1 then return null; end if; return old; end';"
                + " create trigger planted before delete on odd for each row execute function planted()");

        VerificationReport report = verify();

        assertFalse(report.equal());
        assertEquals(201, report.differenceCount());
        assertEquals(100, report.unrepairedCount());
        VerifiedTable odd = table(report, "odd");
        assertEquals(200, odd.extra());
        assertEquals(1, odd.missing());
        assertEquals(101, odd.repaired());
        assertEquals(140, odd.target().rows());
    }

    @Test
    void aReportSurvivesBeingWrittenAsJson() throws Exception {
        plant("delete from order_items where line_no = 2; update customers set version = 8 where external_id = 'c4'");
        VerificationReport report = verify();
        ObjectMapper json = new ObjectMapper();

        Map<String, Object> read = json.readValue(json.writeValueAsString(report.toMap()), new TypeReference<>() {});

        assertEquals(report, VerificationReport.of(read));
        assertEquals(61, report.differences().size());
        assertThrows(IllegalArgumentException.class, () -> VerificationReport.of(Map.of("source", "here")));
    }

    @Test
    void theReportCarriesTheSumsOfBothSidesAsTheyAreAfterRepair() throws Exception {
        plant("delete from order_items where line_no = 2");

        VerificationReport report = verify();

        assertEquals(scene.source(), report.source());
        assertEquals(scene.target(), report.target());
        for (VerifiedTable table : report.tables()) {
            assertEquals(table.source(), table.target());
            assertEquals(0, table.unequalRanges());
        }
        assertEquals(60, table(report, "order_items").missing());
        assertEquals(60, table(report, "order_items").repaired());
    }

    @Test
    void rowsOfAnotherTenantInAHomeOfItsOwnAreFoundThoughRowSecurityHidesThem() throws Exception {
        plant("insert into customers (storefront_id, id, created_at) select uuid, uuid, now() from unnest(array["
                + "'00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff']::uuid[]) uuid");

        VerificationReport report = verify();

        assertEquals(0, report.differenceCount());
        assertEquals(2, report.foreignRows());
        assertEquals(2, table(report, "customers").foreignAtTarget());
        assertEquals(0, table(report, "customers").foreignAtSource());
        assertFalse(report.equal());
        assertFalse(report.clean());
        assertEquals(
                "2",
                scene.ask(
                        scene.target(),
                        "select count(*) from customers where storefront_id <> '" + scene.tenant() + "'"));
    }

    @Test
    void rowsOfAnotherTenantAreFoundBeforeRowSecurityIsOnToo() throws Exception {
        plant("alter table customers no force row level security; alter table customers disable row level security;"
                + " drop policy foreign_rows on customers; insert into customers (storefront_id, id, created_at) values ('"
                + scene.neighbour() + "', uuidv7(), now())");

        assertEquals(1, verify().foreignRows());
    }

    @Test
    void aHomeWhoseForeignRowsCannotBeSeenIsNotTakenForOneWithoutAny() throws Exception {
        plant("drop policy foreign_rows on customers");

        SQLException refused = assertThrows(SQLException.class, this::verify);

        assertEquals(SqlState.NOT_PROTECTABLE, refused.getSQLState());
        scene.homes().protect(scene.target());
        assertTrue(verify().clean());
    }

    /** The setting opens nothing to anybody but the owner. */
    @Test
    void nobodyElseSeesRowsByThePolicyForForeignRows() throws Exception {
        for (DatabaseRole role : List.of(DatabaseRole.APP, DatabaseRole.MOVER)) {
            try (Connection connection = scene.servers().open(scene.target(), role, "test");
                    Statement statement = connection.createStatement()) {
                if (role == DatabaseRole.APP && scene.target().tier() == Tier.SCHEMA) {
                    statement.execute(
                            "set role " + SqlNames.quote(scene.target().schema()));
                }
                statement.execute("set rehome.inspect = 'on'");
                try (ResultSet row = statement.executeQuery("select count(*) from customers")) {
                    row.next();
                    assertEquals(0, row.getLong(1));
                }
            }
        }
    }

    @Test
    void progressIsToldAfterEachRangeAndACheckpointBeforeItCanEndTheVerification() throws Exception {
        List<Long> told = new ArrayList<>();
        try (Verifier verifier = open()) {
            SQLException lost = assertThrows(
                    SQLException.class,
                    () -> verifier.verify(new Standstill() {
                        @Override
                        public void checkpoint() throws SQLException {
                            if (told.size() == 5) {
                                throw new SQLException("the lease is lost");
                            }
                        }

                        @Override
                        public void compared(long rows) {
                            told.add(rows);
                        }
                    }));

            assertEquals("the lease is lost", lost.getMessage());
            assertEquals(5, told.size());
            assertEquals(told.stream().sorted().toList(), told);
            told.clear();
            VerificationReport report = verifier.verify(new Standstill() {
                @Override
                public void compared(long rows) {
                    told.add(rows);
                }
            });
            assertEquals(report.rows(), told.get(told.size() - 1));
        }
    }

    /** The follower stands still, so the change stays recorded and is never applied. */
    @Test
    void aChangeThatIsOnItsWayIsNoDifference() throws Exception {
        scene.write(
                "update customers set email = 'new' where external_id = 'c3'",
                "delete from order_items where line_no = 1",
                "update odd set no = no + 500, parent_no = parent_no + 500");

        try (Verifier verifier = open()) {
            VerificationReport report = verifier.verify(new Follower() {
                @Override
                public void catchUp() {}

                @Override
                public void mark(String table, Collection<List<String>> keys) {
                    throw new AssertionError("marked " + table + " " + keys);
                }
            });

            assertTrue(report.clean(), report.toString());
        }
    }

    @Test
    void writeBeforeEachCatchUpIsNoDifference() throws Exception {
        try (Verifier verifier = open();
                CatchUp catchUp = catchUp()) {
            scene.write("update customers set version = version + 1");
            VerificationReport report = verifier.verify(new Follower() {
                @Override
                public void catchUp() throws SQLException, InterruptedException {
                    catchUp.pass();
                    scene.write("update customers set version = version + 1 where external_id < 'c3'");
                }

                @Override
                public void mark(String table, Collection<List<String>> keys) {
                    throw new AssertionError("marked " + table + " " + keys);
                }
            });

            assertTrue(report.clean(), report.toString());
        }
    }

    @Test
    void onlyTheTouchedKeysAreComparedInsideTheFence() throws Exception {
        scene.write("update customers set version = 7 where external_id in ('c1', 'c2', 'c3')");
        TouchedKeys touched;
        try (CatchUp catchUp = catchUp()) {
            touched = catchUp.pass().touched();
        }
        plant("update customers set version = 8 where external_id = 'c4'");
        try (Verifier verifier = open()) {
            assertEquals(List.of(), verifier.verifyKeys(touched));

            plant(
                    "update customers set version = 8 where external_id = 'c1'; delete from customer_addresses where false;"
                            + " update customers set email = null where external_id = 'c3'");
            assertEquals(
                    List.of(Kind.DIFFERENT, Kind.DIFFERENT),
                    verifier.verifyKeys(touched).stream().map(Difference::kind).toList());

            scene.write("insert into customers (storefront_id, id, created_at) values ('" + scene.tenant()
                    + "', '00000000-0000-0000-0000-000000000001', now())");
            List<String> key = List.of(scene.tenant().toString(), "00000000-0000-0000-0000-000000000001");
            assertEquals(
                    List.of(new Difference("customers", key, Kind.MISSING, false)),
                    verifier.verifyKeys(new TouchedKeys(Map.of("customers", Set.of(key)), false)));
            assertThrows(IllegalArgumentException.class, () -> verifier.verifyKeys(TouchedKeys.OVERFLOW));
        }
    }

    @Test
    void amongWritesARowWhoseChangeIsOnItsWayIsNoDifferenceAndOneWithoutIs() throws Exception {
        scene.write("update customers set version = 7 where external_id in ('c1', 'c2')");
        TouchedKeys touched;
        try (CatchUp catchUp = catchUp()) {
            touched = catchUp.pass().touched();
        }
        scene.write("update customers set version = 8 where external_id = 'c1'");
        try (Verifier verifier = open()) {
            assertEquals(1, verifier.verifyKeys(touched).size());
            assertEquals(List.of(), verifier.verifyKeysAtRest(touched));

            plant("update customers set version = 9 where external_id = 'c2'");
            assertEquals(
                    List.of(Kind.DIFFERENT),
                    verifier.verifyKeysAtRest(touched).stream()
                            .map(Difference::kind)
                            .toList());
        }
    }

    @Test
    void aNeighboursRowsAreNotCompared() throws Exception {
        scene.administer(
                scene.source(),
                "update customers set email = 'x' || email where storefront_id = '" + scene.neighbour() + "'");

        assertTrue(verify().clean());
    }

    private static VerifiedTable table(VerificationReport report, String name) {
        return report.tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Repairs nothing. */
    private static class Standstill implements Follower {
        @Override
        public void catchUp() {}

        @Override
        public void mark(String table, Collection<List<String>> keys) {}
    }

    private VerificationReport assertFoundAndRepaired(String table, Kind kind, int count) throws Exception {
        Map<String, String> neighbours = scene.neighbours();

        VerificationReport report = verify();

        assertEquals(count, report.differenceCount(), report.toString());
        assertEquals(count, report.differences().size());
        for (Difference difference : report.differences()) {
            assertEquals(new Difference(table, difference.key(), kind, true), difference);
        }
        assertFalse(report.clean());
        assertTrue(report.equal());
        assertTrue(verify().clean());
        assertEquals(scene.content(scene.tenant(), scene.source()), scene.content(scene.tenant(), scene.target()));
        assertEquals(neighbours, scene.neighbours());
        assertEquals(0, log.lagRows());
        return report;
    }

    private VerificationReport verify() throws Exception {
        try (Verifier verifier = open();
                CatchUp catchUp = catchUp()) {
            return verifier.verify(new Follower() {
                @Override
                public void catchUp() throws SQLException, InterruptedException {
                    catchUp.pass();
                }

                @Override
                public void mark(String table, Collection<List<String>> keys) throws SQLException {
                    log.mark(table, keys);
                }
            });
        }
    }

    private Verifier open() throws SQLException {
        return Verifier.open(
                scene.servers(),
                CopyScene.TENANT_COLUMN,
                scene.tenant(),
                scene.source(),
                scene.target(),
                ROWS_PER_RANGE,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private CatchUp catchUp() throws SQLException {
        return CatchUp.open(scene.servers(), CopyScene.TENANT_COLUMN, scene.lease(), scene.source(), scene.target());
    }

    private void plant(String sql) throws SQLException {
        scene.administer(scene.target(), sql);
    }

    @AfterEach
    void close() throws SQLException {
        log.close();
        scene.close();
    }
}
