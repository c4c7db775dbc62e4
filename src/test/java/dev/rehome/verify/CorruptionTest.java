package dev.rehome.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.capture.CatchUp;
import dev.rehome.capture.ChangeLog;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.testing.CopyScene;
import dev.rehome.verify.Difference.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of corruption in a column of every kind of type: found, located to its key, repaired, looked at again. The
 * pairs are chosen to be hard to tell apart: values that PostgreSQL takes for equal, or whose hashes of its own are equal.
 */
@TestInstance(Lifecycle.PER_CLASS)
class CorruptionTest {
    /** What is done at the target to the rows of a pair: there, row 1 has one value, row 2 the other one and row 3 none. */
    private enum Corruption {
        CHANGED("update pairs set %1$s = %3$s where no = %4$d + 1", Kind.DIFFERENT, 1, 1),
        SWAPPED(
                "update pairs set %1$s = %3$s where no = %4$d + 1; update pairs set %1$s = %2$s where no = %4$d + 2",
                Kind.DIFFERENT, 1, 2),
        NULL_FOR_ONE_VALUE("update pairs set %1$s = null where no = %4$d + 1", Kind.DIFFERENT, 1, 1),
        NULL_FOR_THE_OTHER("update pairs set %1$s = null where no = %4$d + 2", Kind.DIFFERENT, 2, 2),
        ONE_VALUE_FOR_NULL("update pairs set %1$s = %2$s where no = %4$d + 3", Kind.DIFFERENT, 3, 3),
        THE_OTHER_FOR_NULL("update pairs set %1$s = %3$s where no = %4$d + 3", Kind.DIFFERENT, 3, 3),
        MISSING_ROW("delete from pairs where no = %4$d + 2", Kind.MISSING, 2, 2),
        EXTRA_ROW(
                "insert into pairs (storefront_id, no, %1$s) select storefront_id, %4$d + 9, %1$s from pairs where no = %4$d + 1",
                Kind.EXTRA, 9, 9);

        final String sql;
        final Kind kind;
        final int firstRow;
        final int lastRow;

        Corruption(String sql, Kind kind, int firstRow, int lastRow) {
            this.sql = sql;
            this.kind = kind;
            this.firstRow = firstRow;
            this.lastRow = lastRow;
        }
    }

    private record Pair(String type, String one, String other) {
        static Pair of(String type, String one, String other) {
            return new Pair(type, literal(one), literal(other));
        }

        private static String literal(String text) {
            return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
        }
    }

    private static final List<Pair> PAIRS = List.of(
            Pair.of("text", "", " "),
            Pair.of("text", "Straße", "STRASSE"),
            Pair.of("text", "\u00e9", "e\u0301"),
            Pair.of("varchar(20)", "", "\t"),
            Pair.of("varchar(20)", "a", "a "),
            Pair.of("char(5)", "a", "b"),
            Pair.of("bpchar", "a", "a "),
            Pair.of("text collate case_blind", "a", "A"),
            Pair.of("numeric", "1.0", "1.00"),
            Pair.of("numeric", "0", "NaN"),
            Pair.of("numeric", "1e-20", "-1e-20"),
            Pair.of("numeric(19,4)", "1.25", "-1.25"),
            Pair.of("numeric(19,4)", "1", "10000"),
            Pair.of("numeric(19,4)", "0", "NaN"),
            Pair.of("numeric(10)", "7", "-7"),
            Pair.of("smallint", "0", "-1"),
            Pair.of("integer", "1", "-1"),
            Pair.of("bigint", "1", "4294967296"),
            Pair.of("bigint", "0", "-1"),
            Pair.of("bigint", "0", "30064771079"),
            Pair.of("real", "0.0", "-0.0"),
            Pair.of("real", "NaN", "Infinity"),
            Pair.of("double precision", "0.0", "-0.0"),
            Pair.of("double precision", "0.1", "0.10000000000000002"),
            Pair.of("double precision", "NaN", "1"),
            Pair.of("boolean", "true", "false"),
            Pair.of("date", "2024-02-29", "infinity"),
            Pair.of("time", "00:00", "24:00"),
            Pair.of("timetz", "12:00+00", "13:00+01"),
            Pair.of("timestamp", "2000-01-01 00:00:00.000001", "2000-01-01 01:11:34.967296"),
            Pair.of("timestamptz", "2000-01-01 00:00:00.000001+00", "2000-01-01 01:11:34.967296+00"),
            Pair.of("timestamptz", "-infinity", "infinity"),
            Pair.of("interval", "1 mon", "30 days"),
            Pair.of("interval", "1 day", "24 hours"),
            Pair.of("money", "1", "-1"),
            Pair.of("bytea", "\\x", "\\x00"),
            Pair.of("uuid", "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"),
            Pair.of("jsonb", "{\"a\": 1.0}", "{\"a\": 1.00}"),
            Pair.of("jsonb", "null", "[]"),
            Pair.of("json", "{\"a\":1}", "{\"a\": 1}"),
            Pair.of("text[]", "{NULL}", "{\"NULL\"}"),
            Pair.of("text[]", "{}", "{\"\"}"),
            Pair.of("text[]", "{a,b}", "[0:1]={a,b}"),
            Pair.of("numeric(9,2)[]", "{1.25}", "{-1.25}"),
            Pair.of("double precision[]", "{0}", "{-0}"),
            Pair.of("timestamptz[]", "{2024-01-01 00:00+00}", "{2024-01-01 00:00+01}"),
            Pair.of("mood", "sad", "happy"),
            Pair.of("mood[]", "{sad,happy}", "{happy,sad}"),
            Pair.of("amount", "1.0", "1.00"),
            Pair.of("pair", "(1,)", "(,1)"),
            Pair.of("int4range", "[1,3)", "[1,3]"),
            Pair.of("inet", "10.0.0.1", "10.0.0.1/8"),
            Pair.of("bit(3)", "001", "100"),
            Pair.of("bit varying", "0", "00"),
            Pair.of("point", "(0,1)", "(-0,1)"),
            Pair.of("xml", "<a/>", "<a></a>"),
            Pair.of("citext", "a", "A"));

    private final CopyScene scene;
    private final ChangeLog log;
    private final CatchUp catchUp;
    private final Verifier verifier;

    CorruptionTest() throws SQLException {
        scene = new CopyScene(Tier.SHARED, Tier.DATABASE);
        for (Home home : List.of(scene.source(), scene.target())) {
            createTables(home);
            scene.homes().protect(home);
        }
        for (int i = 0; i < PAIRS.size(); i++) {
            scene.administer(
                    scene.source(),
                    "insert into pairs (storefront_id, no, %s) values ('%s', %d, %s), ('%2$s', %d, %s), ('%2$s', %d, null)"
                            .formatted(
                                    column(i),
                                    scene.tenant(),
                                    first(i) + 1,
                                    PAIRS.get(i).one(),
                                    first(i) + 2,
                                    PAIRS.get(i).other(),
                                    first(i) + 3));
        }
        log = ChangeLog.open(scene.servers(), scene.source(), scene.lease());
        catchUp = CatchUp.open(scene.servers(), CopyScene.TENANT_COLUMN, scene.lease(), scene.source(), scene.target());
        verifier = Verifier.open(
                scene.servers(),
                CopyScene.TENANT_COLUMN,
                scene.tenant(),
                scene.source(),
                scene.target(),
                1_000,
                Clock.systemUTC());
    }

    private void createTables(Home home) throws SQLException {
        scene.administer(
                home,
                "create collation case_blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                        + " create domain amount as numeric; create type pair as (a integer, b integer);"
                        + " create extension citext");
        try (Connection connection = scene.servers().open(home, DatabaseRole.OWNER, "test");
                Statement statement = connection.createStatement()) {
            StringBuilder columns = new StringBuilder();
            for (int i = 0; i < PAIRS.size(); i++) {
                columns.append(column(i))
                        .append(' ')
                        .append(PAIRS.get(i).type())
                        .append(", ");
            }
            statement.execute("create table pairs (storefront_id uuid not null, no integer not null, " + columns
                    + "primary key (storefront_id, no))");
        }
    }

    private static String column(int pair) {
        return "v" + pair;
    }

    /** The number before those of a pair's rows. */
    private static int first(int pair) {
        return 10 * pair;
    }

    @BeforeAll
    void fillTheTargetByRepairingEverything() throws Exception {
        VerificationReport report = verify();

        assertTrue(report.equal(), report.summary());
        assertEquals(report.rows(), report.differenceCount());
        assertTrue(verify().clean());
    }

    @ParameterizedTest
    @EnumSource
    void isFoundLocatedRepairedAndLookedAtAgainInEveryType(Corruption corruption) throws Exception {
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < PAIRS.size(); i++) {
            Pair pair = PAIRS.get(i);
            String before = content(scene.target(), i);
            scene.administer(scene.target(), corruption.sql.formatted(column(i), pair.one(), pair.other(), first(i)));
            assertNotEquals(before, content(scene.target(), i), "nothing was planted for " + pair);
            for (int row = corruption.firstRow; row <= corruption.lastRow; row++) {
                expected.put(name(i, row), corruption.kind + " repaired");
            }
        }

        VerificationReport report = verify();

        Map<String, String> found = new TreeMap<>();
        for (Difference difference : report.differences()) {
            assertEquals("pairs", difference.table());
            int no = Integer.parseInt(difference.key().get(1));
            found.put(name(no / 10, no % 10), difference.kind() + (difference.repaired() ? " repaired" : " left"));
        }
        assertEquals(expected, found);
        assertFalse(report.clean());
        assertTrue(report.equal());
        assertTrue(verify().clean());
        for (int i = 0; i < PAIRS.size(); i++) {
            assertEquals(content(scene.source(), i), content(scene.target(), i), name(i, 0));
        }
    }

    /** What the documentation says that equality cannot see: if this changes, it has to be said anew. */
    @Test
    void theBitsOfANanInAnArrayAreNotSeen() throws Exception {
        int array = PAIRS.stream().map(Pair::type).toList().indexOf("double precision[]");
        String update = "update pairs set " + column(array) + " = array[%s]::float8[] where no = " + (first(array) + 1);
        scene.administer(scene.source(), update.formatted("'NaN'"));
        scene.administer(scene.target(), update.formatted("'Infinity'::float8 - 'Infinity'::float8"));

        assertTrue(verify().clean());

        scene.administer(scene.source(), update.formatted("0"));
        scene.administer(scene.target(), update.formatted("0"));
    }

    private static String name(int pair, int row) {
        return pair + " " + PAIRS.get(pair) + ", row " + row;
    }

    /** Everything as PostgreSQL writes it: another opinion than the hashes'. */
    private String content(Home home, int pair) throws SQLException {
        return scene.ask(
                home,
                "select string_agg(t::text, ' ' order by no) from pairs t where no between " + first(pair) + " and "
                        + (first(pair) + 9));
    }

    private VerificationReport verify() throws SQLException, InterruptedException {
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

    @AfterAll
    void close() throws SQLException {
        try (log;
                catchUp) {
            verifier.close();
        }
        scene.close();
    }
}
