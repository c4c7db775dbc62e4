package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditCommandTest {
    private TestFleet fleet;
    private Operator operator;
    private TenantId suspended;
    private TenantId other;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
        assertEquals("Nothing was done.", operator.types("audit").out().strip());
        suspended = fleet.createTenant(Tier.SHARED);
        other = fleet.createTenant(Tier.SHARED);
        assertEquals(
                0, operator.types("tenant", "suspend", suspended.toString()).status());
        assertEquals(0, operator.types("tenant", "resume", suspended.toString()).status());
        assertEquals(0, operator.types("tenant", "suspend", other.toString()).status());
        Answer query = operator.types(
                "query",
                "select count(*) from customers",
                "--tenants",
                suspended.toString(),
                "--reason",
                "a \u001b[31mred one");
        assertEquals(0, query.status(), query.err());
        fleet.journal()
                .plan(
                        fleet.directory().find(suspended).orElseThrow(),
                        fleet.home(Tier.SCHEMA, suspended),
                        false,
                        "ann");
        fleet.execute(
                "insert into rehome_directory.audit (run_id, event, written_at, by_whom, area, action, scope, reason, outcome)"
                        + " values (gen_random_uuid(), 'ENDED', now() - interval '10 days', 'a very long name of somebody long gone',"
                        + " 'DASHBOARD', 'CHECK_DRIFT', 'fleet', '', 'COMPLETE')");
    }

    @AfterAll
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void theTableHasEveryDeedTheNewestFirstAndNothingThatATerminalObeys() {
        Answer answer = operator.types("audit");
        assertEquals(0, answer.status(), answer.err());
        List<String> lines = answer.out().lines().toList();
        assertTrue(lines.get(0).startsWith("AT  "), answer.out());
        assertTrue(lines.get(1).contains("MOVE START"), answer.out());
        assertTrue(lines.get(2).contains("ACROSS READ"), answer.out());
        assertTrue(lines.get(lines.size() - 1).contains("DASHBOARD CHECK_DRIFT"), answer.out());
        assertTrue(lines.get(lines.size() - 1).contains("a very long name of som...  "), answer.out());
        assertFalse(answer.out().contains("\u001b"), answer.out());
        assertTrue(answer.out().contains("a  [31mred one"), answer.out());
    }

    @Test
    void asJsonEachDeedHasAllThatIsKnownOfIt() {
        JsonNode deeds = operator.types("audit", "--json").json();
        JsonNode start = deeds.get(0);
        assertEquals("MOVE", start.get("area").asText());
        assertEquals("START", start.get("action").asText());
        assertEquals("UNDER_WAY", start.get("outcome").asText());
        assertEquals(suspended.toString(), start.get("tenant").asText());
        assertEquals("ann", start.get("by").asText());
        assertEquals("a \u001b[31mred one", deeds.get(1).get("reason").asText());
        assertEquals("CHECK_DRIFT", deeds.get(deeds.size() - 1).get("action").asText());
    }

    @Test
    void filtersLeaveOutTheRest() {
        assertEquals(Set.of("SUSPEND"), Set.copyOf(actions("--tenant", other.toString())));
        assertEquals(
                Set.of("START", "READ", "RESUME", "SUSPEND"), Set.copyOf(actions("--tenant", suspended.toString())));
        assertEquals(Set.of("SUSPEND", "RESUME"), Set.copyOf(actions("--area", "tenant")));
        assertEquals(Set.of("SUSPEND"), Set.copyOf(actions("--area", "TENANT", "--tenant", other.toString())));
        assertEquals(List.of("CHECK_DRIFT"), actions("--area", "dashboard"));
        assertEquals(List.of(), actions("--area", "dashboard", "--since", "7d"));
        assertEquals(List.of(), actions("--since", "2099-01-01T00:00:00Z"));
        assertEquals(List.of("START", "READ"), actions("--since", "1h", "--limit", "2"));
    }

    @Test
    void aCallThatMakesNoSenseIsRefusedWithWhatToDo() {
        assertRefused("audit --limit 0", "--limit is at least 1");
        assertRefused("audit --since yesterday", "--since ");
        assertRefused("audit --since -5h", "--since ");
        assertRefused("audit --tenant shop", "shop");
        assertRefused("audit --area moves", "MOVE, TENANT, SCHEMA, ACROSS, PLAN, DASHBOARD");
        assertRefused("audit --unknown", "--unknown");
    }

    private void assertRefused(String line, String words) {
        Answer refused = operator.types(line.split(" ", -1));
        assertEquals(2, refused.status(), line + ": " + refused.err());
        assertTrue(refused.err().contains(words), line + ": " + refused.err());
    }

    private List<String> actions(String... options) {
        List<String> words = new ArrayList<>(List.of("audit", "--json"));
        words.addAll(List.of(options));
        Answer answer = operator.types(words.toArray(String[]::new));
        assertEquals(0, answer.status(), answer.err());
        List<String> actions = new ArrayList<>();
        answer.json().forEach(deed -> actions.add(deed.get("action").asText()));
        return actions;
    }
}
