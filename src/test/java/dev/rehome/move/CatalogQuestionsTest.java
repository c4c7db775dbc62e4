package dev.rehome.move;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Forwarding;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.proof.IsolationProof;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A database may have thousands of homes. What is asked of its catalog about one of them must be found by an index, or each question
 * reads what all of them have.
 */
class CatalogQuestionsTest {
    /** Whose size grows with the number of homes in a database. */
    private static final Set<String> LARGE = Set.of(
            "pg_attrdef",
            "pg_attribute",
            "pg_class",
            "pg_constraint",
            "pg_depend",
            "pg_index",
            "pg_policy",
            "pg_rewrite",
            "pg_sequence",
            "pg_trigger");

    /** As large as by some hundred homes, and the planner knows. */
    private static final String MANY_TABLES = """
            do $$ begin
                for i in 1..1200 loop
                    if i % 12 = 1 then
                        execute format('create schema crowd_%s', (i - 1) / 12);
                    end if;
                    execute format('create table crowd_%1$s.t%2$s (id int primary key, n int generated always as identity unique,'
                                || ' p int references crowd_%1$s.t%2$s);'
                                || ' create policy p on crowd_%1$s.t%2$s; create trigger g before update on crowd_%1$s.t%2$s'
                                || ' for each row execute function suppress_redundant_updates_trigger()', (i - 1) / 12, i);
                    end loop;
            end $$;
            analyze pg_attribute, pg_class, pg_constraint, pg_depend, pg_index, pg_policy, pg_sequence, pg_trigger""";
    /** In a function, as the driver would want to know the parameters' values. */
    private static final String EXPLAINED = """
            create function pg_temp.explained(question text) returns setof json language plpgsql as $$
            begin
                return query execute 'explain (generic_plan, format json) ' || question;
            end $$""";

    /** What travels before a question. */
    private static final Pattern SETTINGS = Pattern.compile("^(set [^;]*; )+");

    private final Set<String> asked = new ConcurrentSkipListSet<>();

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "DATABASE"})
    void neitherAMoveNorAProofReadsTheCatalogOfAllHomes(Tier to) throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Servers servers =
                    fleet.servers().openedBy((url, properties) -> noting(DriverManager.getConnection(url, properties)));
            fleet.execute(MANY_TABLES);
            TenantId tenant = fleet.createTenant(Tier.SHARED);
            Home home = fleet.home(to, tenant);
            Mover mover = fleet.mover(
                    servers,
                    Unhurried.OPTIONS.toBuilder()
                            .soak(Duration.ZERO)
                            .fencedPassRows(0)
                            .build());

            mover.preview(tenant, home);
            assertEquals(
                    MovePhase.DONE,
                    mover.run(mover.plan(tenant, home), MoveListener.NONE)
                            .move()
                            .phase());
            try (Connection connection = servers.open(home, DatabaseRole.APP, "test")) {
                connection.setAutoCommit(false);
                assertEquals(List.of(), new IsolationProof(TestFleet.TENANT_COLUMN, null).ofHome(connection, home));
            }

            List<String> questions =
                    asked.stream().filter(sql -> sql.contains(" pg_")).toList();
            assertTrue(questions.size() > 8, questions::toString);
            List<String> slow = new ArrayList<>();
            try (Connection connection = fleet.administrator(fleet.sharedHome());
                    Statement settings = connection.createStatement();
                    PreparedStatement explained = connection.prepareStatement("select pg_temp.explained(?)")) {
                settings.execute(EXPLAINED);
                Map<String, String> indexBegins = indexBegins(settings);
                for (String question : questions) {
                    plan(explained, question).findParents("Node Type").forEach(node -> {
                        if (readsAll(node, indexBegins)) {
                            slow.add(node.path("Relation Name").asText() + " in: " + question);
                        }
                    });
                }
            }
            assertEquals(List.of(), slow);
        }
    }

    /** By any plan for any parameters; that a sequential one is to be avoided leaves those for which there is no index. */
    private static JsonNode plan(PreparedStatement explained, String question) throws SQLException, IOException {
        StringBuilder numbered = new StringBuilder();
        int parameters = 0;
        for (String part : question.split("\\?", -1)) {
            numbered.append(parameters == 0 ? "" : "$" + parameters).append(part);
            parameters++;
        }
        explained.setString(1, numbered.toString());
        try (ResultSet row = explained.executeQuery()) {
            row.next();
            return new ObjectMapper().readTree(row.getString(1));
        }
    }

    /** Without a condition on the column that the index begins with, all of the index is read. */
    private static boolean readsAll(JsonNode node, Map<String, String> indexBegins) {
        if (node.has("Index Name")) {
            String begins = indexBegins.get(node.get("Index Name").asText());
            return begins != null && !node.path("Index Cond").asText().matches(".*\\b" + begins + "\\b.*");
        }
        return node.path("Node Type").asText().equals("Seq Scan")
                && LARGE.contains(node.path("Relation Name").asText());
    }

    private static Map<String, String> indexBegins(Statement statement) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        try (ResultSet row = statement.executeQuery("select indexrelid::regclass, a.attname from pg_index x"
                + " join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]"
                + " where x.indrelid::regclass::text in ('" + String.join("', '", LARGE) + "')")) {
            while (row.next()) {
                columns.put(row.getString(1), row.getString(2));
            }
        }
        return columns;
    }

    private Connection noting(Connection connection) {
        return Forwarding.to(
                (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && arguments != null) {
                        asked.add(SETTINGS.matcher((String) arguments[0]).replaceFirst(""));
                    }
                    return Forwarding.call(connection, method, arguments);
                },
                Connection.class);
    }
}
