package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.error.ErrorKind;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryCommandTest {
    @TempDir
    private Path folder;

    private TestFleet fleet;
    private Operator operator;

    @BeforeEach
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    private JsonNode json(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = "--json";
        Answer answer = operator.types(all);
        assertEquals(0, answer.status(), answer.err());
        return answer.json();
    }

    @Test
    void anExportedNightBringsRowsBackAndTheNamesOfALostDirectory() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SCHEMA);
        String exports = folder.resolve("exports").toString();
        JsonNode night = json(
                "recovery", "export-all", "--directory", exports, "--keep", "7d", "--night", "2026-11-27", "--verify");
        assertEquals(1, night.get("written").asInt());
        Path file = Path.of(exports, "2026-11-27", tenant + ".zip");
        assertTrue(Files.isRegularFile(file));
        assertEquals(
                1,
                json("recovery", "export-all", "--directory", exports, "--night", "2026-11-27")
                        .get("already")
                        .asInt());

        JsonNode replaced = json(
                "tenant",
                "replace",
                tenant.toString(),
                "--with",
                file.toString(),
                "--keep-in",
                folder.resolve("kept").toString());
        assertEquals(2, replaced.get("epoch").asInt());
        assertTrue(Files.isRegularFile(Path.of(replaced.get("kept").asText())));

        fleet.execute("drop schema rehome_directory cascade");
        assertEquals(1, json("recovery", "directory", "--dry-run").get("found").size());
        JsonNode rebuilt =
                json("recovery", "directory", "--exports", exports).get("found").get(0);
        assertEquals("test SCHEMA", rebuilt.get("name").asText());
        assertEquals(2, rebuilt.get("epoch").asInt());
        Answer again = operator.types("recovery", "directory");
        assertEquals(ErrorKind.USER.exitStatus(), again.status());
        assertTrue(again.err().contains("--missing-only"), again.err());
        assertEquals(0, operator.types("doctor").status());
    }

    @Test
    void aTenantIsSettledInTheHomeThatIsNamedAndItsOtherCopiesAreRemoved() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        String id = tenant.toString();
        Home own = fleet.home(Tier.SCHEMA, tenant);
        assertEquals(
                ErrorKind.USER.exitStatus(),
                operator.types("recovery", "settle", id, "--tier", "schema").status());
        fleet.homes().create(own);

        assertEquals(1, json("recovery", "copies", id).get("copies").size());
        assertEquals(
                2,
                json("recovery", "settle", id, "--tier", "schema").get("epoch").asInt());
        assertEquals(own, fleet.directory().find(tenant).orElseThrow().home());
        assertEquals(0, json("recovery", "server", "default").get("findings").size());
        assertEquals(
                3,
                json("recovery", "settle", id, "--tier", "schema").get("epoch").asInt());
        fleet.homes().create(fleet.home(Tier.DATABASE, tenant));
        assertTrue(json("recovery", "copies", id, "--remove").get("removed").asBoolean());
        assertFalse(fleet.homes().exists(fleet.home(Tier.DATABASE, tenant)));
        assertTrue(fleet.homes().exists(own));
        assertEquals(
                "Tenant " + id + " has rows nowhere but where it lives.",
                operator.types("recovery", "copies", id).out().strip());
    }

    @Test
    void whatIsWrongIsSaidWithWhatToDo() {
        String id = fleet.createTenant(Tier.SHARED).toString();
        assertEquals(2, operator.types("recovery").status());
        assertEquals(
                2,
                operator.types("recovery", "export-all", "--directory", "x", "--keep", "always")
                        .status());
        assertEquals(
                2,
                operator.types("recovery", "export-all", "--directory", "x", "--night", "tonight")
                        .status());
        assertEquals(2, operator.types("recovery", "server", "nowhere").status());
        Answer itself =
                operator.types("recovery", "tenant", id, "--from-server", "default", "--directory", folder.toString());
        assertEquals(2, itself.status());
        assertTrue(itself.err().contains("itself"), itself.err());
        Answer unclear = operator.types("recovery", "settle", id);
        assertEquals(2, unclear.status());
        assertEquals(
                2, operator.types("tenant", "delete", id, "--again", "--due").status());
    }
}
