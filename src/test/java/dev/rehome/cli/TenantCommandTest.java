package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.error.ErrorKind;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantCommandTest {
    @TempDir
    private static Path folder;

    private TestFleet fleet;
    private Operator operator;

    @BeforeAll
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
    }

    @AfterAll
    void close() throws Exception {
        fleet.close();
    }

    @Test
    void aTenantsWholeLifeIsTyped() throws Exception {
        TenantId tenant = fleet.expectTenant();
        TenantId copy = fleet.expectTenant();
        String id = tenant.toString();
        Path file = folder.resolve("shop.zip");

        JsonNode created = json("tenant", "create", "--id", id, "--name", "Corner shop", "--tier", "schema");
        assertTrue(created.get("created").asBoolean());
        assertEquals("SCHEMA", created.get("home").get("tier").asText());
        assertFalse(json("tenant", "create", "--id", id, "--name", "Corner shop")
                .get("created")
                .asBoolean());
        fillOneCustomer(tenant);

        assertEquals("SUSPENDED", json("tenant", "suspend", id).get("state").asText());
        assertTrue(
                operator.types("tenant", "list", "--state", "suspended").out().contains(id));
        assertEquals("ACTIVE", json("tenant", "resume", id).get("state").asText());
        JsonNode shown = json("tenant", "show", id);
        assertEquals("Corner shop", shown.get("tenant").get("name").asText());
        assertTrue(shown.get("journal").size() >= 5);

        JsonNode written = json("tenant", "export", id, "--to", file.toString());
        assertEquals(1, written.get("rows").asInt());
        assertEquals(
                written.get("sha256"),
                json("tenant", "export", "--verify", file.toString()).get("sha256"));
        assertEquals(
                ErrorKind.USER.exitStatus(),
                operator.types("tenant", "export", id, "--to", file.toString()).status());
        assertEquals(
                1,
                json("tenant", "import", file.toString(), "--as", copy.toString(), "--tier", "shared")
                        .get("rows")
                        .asInt());
        assertEquals(1, fleet.rowsOf(copy, fleet.sharedHome()));

        JsonNode archived = json(
                "tenant",
                "archive",
                copy.toString(),
                "--to",
                folder.resolve("archive").toString());
        assertEquals("ARCHIVED", archived.get("state").asText());
        assertEquals(0, fleet.rowsOf(copy, fleet.sharedHome()));
        assertEquals(1, json("tenant", "restore", copy.toString()).get("rows").asInt());

        JsonNode doomed = json("tenant", "delete", id, "--grace", "30d").get("tenant");
        assertEquals("DELETING", doomed.get("state").asText());
        assertEquals(0, json("tenant", "delete", "--due").size());
        JsonNode deleted = json("tenant", "delete", id, "--grace", "0s");
        assertFalse(deleted.get("signedOffAt").isNull());
        assertTrue(operator.types("tenant", "delete", id, "--record").out().contains("signed off"));
        assertTrue(operator.types("tenant", "list", "--state", "deleted").out().contains(id));
        assertFalse(operator.types("tenant", "list").out().contains(id));
    }

    @Test
    void aCloneIsTypedAndWhatIsWrongIsSaidWithItsStatus() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        TenantId copy = fleet.expectTenant();
        fillOneCustomer(tenant);

        assertEquals(
                1,
                json(
                                "tenant",
                                "clone",
                                tenant.toString(),
                                "--as",
                                copy.toString(),
                                "--tier",
                                "schema",
                                "--name",
                                "side")
                        .get("rows")
                        .asInt());

        Path bad = Files.writeString(folder.resolve("bad.zip"), "not a zip");
        for (String[] wrong : new String[][] {
            {"tenant", "show", "550e8400-e29b-41d4-a716-446655440099"},
            {"tenant", "import", bad.toString()},
            {"tenant", "export", "--verify", bad.toString()},
            {"tenant", "export"},
            {"tenant", "list", "--state", "happy"},
            {"tenant", "restore", tenant.toString()},
            {"tenant", "delete"},
            {"tenant", "archive", tenant.toString()},
            {"tenant", "clone", tenant.toString(), "--as", copy.toString()}
        }) {
            assertEquals(ErrorKind.USER.exitStatus(), operator.types(wrong).status(), String.join(" ", wrong));
        }
    }

    @Test
    void hostsAreGivenToTenantsAndTakenAllAtOnceOrNotAtAllAndTheJournalSaysSo() throws Exception {
        String shop = fleet.createTenant(Tier.SHARED).toString();
        String other = fleet.createTenant(Tier.SHARED).toString();

        assertEquals(
                "[\"corner\",\"www.corner.example\"]",
                json("tenant", "host", "assign", shop, "WWW.Corner.example.", "corner")
                        .get("hosts")
                        .toString());
        json("tenant", "host", "assign", shop, "corner"); // it has it
        Answer taken = operator.types("tenant", "host", "assign", other, "new.example", "corner");
        assertEquals(ErrorKind.USER.exitStatus(), taken.status());
        assertTrue(taken.err().contains("Host corner is tenant " + shop + "'s"), taken.err());
        assertEquals(
                "[]", json("tenant", "show", other).get("hosts").toString(), "new.example although corner was refused");

        assertEquals(
                shop, json("tenant", "host", "find", "corner").get("tenant").asText());
        Answer nobodys = operator.types("tenant", "host", "find", "new.example");
        assertEquals(1, nobodys.status());
        assertTrue(nobodys.out().contains("nobody's"));

        assertEquals(
                ErrorKind.USER.exitStatus(),
                operator.types("tenant", "host", "release", shop, "corner", "new.example")
                        .status());
        assertEquals(2, json("tenant", "show", shop).get("hosts").size(), "corner although new.example was refused");
        assertEquals(
                "[\"www.corner.example\"]",
                json("tenant", "host", "release", shop, "corner").get("hosts").toString());
        json("tenant", "host", "assign", other, "corner");

        assertEquals(
                List.of("ASSIGN_HOST corner", "ASSIGN_HOST www.corner.example", "RELEASE_HOST corner"),
                json("audit", "--tenant", shop).findParents("action").stream()
                        .filter(line -> line.get("action").asText().endsWith("_HOST"))
                        .map(line -> line.get("action").asText() + " "
                                + line.get("reason").asText())
                        .sorted()
                        .toList());
    }

    @Test
    void aHostThatIsNoneOrOfNobodyIsSaidSo() {
        String unknown = "550e8400-e29b-41d4-a716-446655440098";
        for (String[] wrong : new String[][] {
            {"tenant", "host", "assign", unknown, "corner"},
            {"tenant", "host", "assign", unknown},
            {"tenant", "host", "assign", unknown, "https://corner.example/"},
            {"tenant", "host", "find", "two words"},
            {"tenant", "host"}
        }) {
            Answer answer = operator.types(wrong);
            assertEquals(ErrorKind.USER.exitStatus(), answer.status(), String.join(" ", wrong));
            assertFalse(answer.err().contains("Exception"), answer.err());
        }
    }

    private void fillOneCustomer(TenantId tenant) throws Exception {
        try (var connection = fleet.administrator(
                        fleet.directory().find(tenant).orElseThrow().home());
                var statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, external_id, email, created_at) values ('"
                    + tenant + "', uuidv7(), 'c', 'c@example.org', now())");
        }
    }

    private JsonNode json(String... words) {
        String[] withJson = Arrays.copyOf(words, words.length + 1);
        withJson[words.length] = "--json";
        Answer answer = operator.types(withJson);
        assertEquals(0, answer.status(), answer.out() + answer.err());
        return answer.json();
    }
}
