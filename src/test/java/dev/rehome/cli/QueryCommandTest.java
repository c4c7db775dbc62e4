package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.time.Deadline;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryCommandTest {
    @TempDir
    static Path folder;

    private static TestFleet fleet;
    private static Operator operator;
    /** Two in each tier; the n-th of all has n customers. */
    private static final List<TenantId> TENANTS = new ArrayList<>();

    private static final List<Home> HOMES = new ArrayList<>();

    @BeforeAll
    static void create() throws Exception {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
        for (Tier tier : Tier.values()) {
            for (int i = 0; i < 2; i++) {
                TenantId tenant = fleet.createTenant(tier);
                TENANTS.add(tenant);
                HOMES.add(fleet.home(tier, tenant));
                furnish(tenant, fleet.home(tier, tenant), TENANTS.size());
            }
        }
    }

    @AfterAll
    static void drop() throws SQLException {
        fleet.close();
    }

    private static void furnish(TenantId tenant, Home home, int customers) throws SQLException {
        try (var connection = fleet.administrator(home);
                var statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, email, created_at)"
                    + " select '" + tenant + "', gen_random_uuid(), 'c' || n || '@example.com', now()"
                    + " from generate_series(1, " + customers + ") n");
        }
    }

    private static Answer query(String sql, String... more) {
        List<String> words = new ArrayList<>(List.of("query", sql, "--reason", "test"));
        words.addAll(List.of(more));
        if (words.stream().noneMatch(List.of("--all", "--tier", "--tenants")::contains)) {
            words.add("--all");
        }
        return operator.types(words.toArray(String[]::new));
    }

    private static long audited() throws SQLException {
        return fleet.count(fleet.sharedHome(), "select count(*) from rehome_directory.audit");
    }

    @Test
    void theRowsOfAllTiersAreMergedWithTheTenantTheyAreOf() {
        JsonNode answer = query("select count(*) as customers, min(email) from customers", "--json")
                .json();

        Map<String, Integer> counted = new TreeMap<>();
        answer.get("rows")
                .forEach(row -> counted.put(row.get(0).asText(), row.get(1).asInt()));
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < TENANTS.size(); i++) {
            expected.put(TENANTS.get(i).toString(), i + 1);
        }
        assertEquals(expected, counted);
        assertEquals("[\"tenant\",\"customers\",\"min\"]", answer.get("columns").toString());
        assertEquals(6, answer.get("answered").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "values (1, 2), (3, 4)",
                "table customers",
                "with c as (select * from customers) select c.id, d.id from c join c d using (storefront_id);",
                "select ';', $$;$$, email from customers -- ; the end",
                "select count(*), count(*) from customers"
            })
    void everyKindOfStatementThatOnlyReadsIsTaken(String sql) {
        Answer answer = query(sql, "--json");

        assertEquals(0, answer.status(), answer.err());
        assertEquals(6, answer.json().get("answered").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Writes.
                "insert into customers (id, created_at) values (gen_random_uuid(), now())",
                "delete from customers",
                "with gone as (delete from customers returning *) select * from gone",
                "select * from customers for update",
                "select * into temporary t from customers",
                "create table t (i int)",
                "do $$ begin delete from customers; end $$",
                "copy customers to stdout",
                "select lo_create(0)",
                // More than one statement.
                "select 1; delete from customers",
                "select 1; commit; delete from customers",
                "select 1) as query; commit; delete from customers; select (1",
                "select 1) as a, (select 2",
                // Other settings, roles and transactions.
                "set role rehome_owner",
                "reset role",
                "begin",
                "commit",
                "rollback",
                "explain analyze delete from customers",
                "select set_config('role', 'rehome_owner', false)",
                "select 1 from (values (pg_catalog.set_config('rehome.tenant', '', true))) as v",
                "select * from customers limit length(set_config('rehome.tenant', '', true))",
                "select query_to_xml('select set_config(''rehome.tenant'', '''', true)', true, true, '')",
                "select * from customers where U&\"s\\0065t_config\"('rehome.tenant', '', true) is null",
                "select rehome.enter(gen_random_uuid(), 1)",
                "select pg_sleep(0)",
                ""
            })
    void whatDoesMoreThanReadIsRefusedBeforeAnythingIsRead(String sql) throws SQLException {
        long before = total();

        Answer answer = query(sql, "--json");

        assertEquals(2, answer.status(), () -> sql + ": " + answer.out() + answer.err());
        assertEquals("USER", answer.json().get("error").get("kind").asText());
        assertEquals(before, total());
    }

    /** Row-level security hangs on a setting that the session may change: so no query may call what changes it. */
    @Test
    void noQueryReadsAnotherTenantsRowsBySettingTheTenantInItsMiddle() {
        String other = TENANTS.get(1).toString();
        String sql = "with other as materialized (select set_config('rehome.tenant', '" + other
                + "', true) as t) select c.* from other, lateral (select * from customers where other.t is not null) c";

        Answer answer = query(sql, "--tenants", TENANTS.get(0).toString());

        assertEquals(2, answer.status());
        assertTrue(answer.err().contains("set_config"), answer.err());
        assertFalse(answer.out().contains("example.com"), answer.out());
    }

    private static long total() throws SQLException {
        long rows = 0;
        for (int i = 0; i < TENANTS.size(); i++) {
            rows += fleet.rowsOf(TENANTS.get(i), HOMES.get(i));
        }
        return rows;
    }

    @Test
    void tenantsAreChosenByTierOrByName() {
        assertEquals(
                2,
                query("select 1", "--tier", "schema", "--json")
                        .json()
                        .get("answered")
                        .asInt());
        JsonNode named = query("select 1", "--tenants", TENANTS.get(0) + "," + TENANTS.get(5), "--json")
                .json();
        assertEquals(2, named.get("answered").asInt());
        assertEquals(2, operator.types("query", "select 1", "--reason", "test").status());
        assertEquals(2, query("select 1", "--tier", "silver").status());
        assertEquals(2, query("select 1", "--all", "--tier", "schema").status());
    }

    @Test
    void aReasonIsRequiredAndKept() throws SQLException {
        assertEquals(2, operator.types("query", "select 1", "--all").status());
        assertEquals(
                2, operator.types("query", "select 1", "--all", "--reason", " ").status());
        long before = audited();

        assertEquals(0, query("select 1").status());

        assertEquals(before + 2, audited());
    }

    @Test
    void aTenantThatFailsIsNamedAndTheOthersAreAnswered() throws Exception {
        TenantId ill = TENANTS.get(2);
        Answer answer = query(
                "select 1 / (case when current_setting('rehome.tenant') = '" + ill + "' then 0 else 1 end)", "--json");

        assertEquals(1, answer.status());
        JsonNode json = answer.json();
        assertEquals(5, json.get("answered").asInt());
        assertEquals(5, json.get("rows").size());
        assertEquals(1, json.get("failed").asInt());
        assertTrue(json.get("failures").get(ill.toString()).asText().contains("22012"), answer.out());
        assertTrue(answer.err().contains(ill.toString()), answer.err());
    }

    @Test
    void aTenantThatTakesTooLongIsGivenUp() {
        Answer answer = query(
                "select count(*) from generate_series(1, 1000000000) a, generate_series(1, 1000) b",
                "--timeout",
                "1",
                "--tenants",
                TENANTS.get(0).toString());

        assertEquals(1, answer.status());
        assertTrue(answer.err().contains("took longer than 1000 ms"), answer.err());
    }

    @Test
    void anOperatorWhoInterruptsItEndsTheQueriesAndTheAuditSaysSo() throws Exception {
        Operator.Terminal terminal = operator.typesElsewhere(
                "query",
                "select count(*) as interrupted from generate_series(1, 1000000000) a, generate_series(1, 1000) b",
                "--all",
                "--timeout",
                "600",
                "--reason",
                "to be stopped");
        String running = "select count(*) from pg_stat_activity where state = 'active' and query like"
                + " 'select count(*) as interrupted%'";
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        while (fleet.count(fleet.sharedHome(), running) == 0) {
            assertFalse(deadline.passed(), "no query runs");
            deadline.sleep(Duration.ofMillis(20));
        }

        terminal.interrupt();

        assertEquals(1, terminal.answer().status());
        assertEquals(0, fleet.count(fleet.sharedHome(), running));
        assertEquals(
                1,
                fleet.count(
                        fleet.sharedHome(),
                        "select count(*) from rehome_directory.audit where reason = 'to be stopped' and outcome = 'STOPPED'"));
    }

    @Test
    void noMoreRowsOfATenantArePrintedThanWereWanted() {
        Answer answer = query("select email from customers order by email", "--limit", "3", "--json");

        assertEquals(0, answer.status());
        assertEquals(1 + 2 + 3 + 3 + 3 + 3, answer.json().get("rows").size());
        assertEquals(3, answer.json().get("cut").asInt());
        assertTrue(answer.err().contains("3 had more than 3 rows"), answer.err());
    }

    @Test
    void rowsArePrintedAsCsvAndAsATable() {
        String ann = TENANTS.get(0).toString();

        assertEquals(
                List.of("tenant,a,b,c", ann + ",\"x,y\",,\"\""),
                query("select 'x,y' as a, null as b, '' as c", "--tenants", ann, "--csv")
                        .out()
                        .lines()
                        .toList());
        assertEquals(
                List.of(
                        "tenant                                a    b",
                        "------------------------------------  ---  -",
                        ann + "  x y  7"),
                query("select e'x\\ty' as a, 7 as b", "--tenants", ann)
                        .out()
                        .lines()
                        .toList());
        assertEquals(2, query("select 1", "--csv", "--json").status());
    }
}
