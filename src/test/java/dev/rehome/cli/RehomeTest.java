package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehome.error.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RehomeTest {
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    @Test
    void theDemoMovesAShopThroughAllTiersAndBackAndFindsEveryOrder() throws Exception {
        Path json = folder.resolve("demo.json");

        assertEquals(
                0, Rehome.run("demo", "--orders", "300", "--writers", "2", "--soak", "1", "--json", json.toString()));

        JsonNode report = new ObjectMapper().readTree(Files.readString(json));
        List<String> legs = new ArrayList<>();
        for (JsonNode leg : report.get("legs")) {
            legs.add(leg.get("kind").asText() + " " + leg.get("from").asText() + " "
                    + leg.get("to").asText());
            assertTrue(leg.get("verified").asBoolean(), leg.toString());
            assertEquals(0, leg.get("differences").asLong(), leg.toString());
            assertEquals(0, leg.get("failedTransactions").asLong(), leg.toString());
            assertEquals(0, leg.get("neighbourFailedTransactions").asLong(), leg.toString());
            assertTrue(leg.get("transactions").asLong() > 0, leg.toString());
            assertTrue(leg.get("rows").asLong() > 0, leg.toString());
            assertTrue(leg.get("pauseMillis").get("max").isNumber(), leg.toString());
        }
        assertEquals(
                List.of(
                        "move SHARED SCHEMA",
                        "move SCHEMA DATABASE",
                        "move DATABASE SHARED",
                        "move SHARED DATABASE",
                        "rollback DATABASE SHARED"),
                legs);
        JsonNode ledger = report.get("ledger");
        assertTrue(ledger.get("acknowledged").asLong() > 0, ledger.toString());
        assertEquals(ledger.get("acknowledged"), ledger.get("found"));
        assertEquals(0, ledger.get("lost").asLong());
        assertEquals(0, ledger.get("duplicated").asLong());
        assertEquals(0, ledger.get("misplaced").asLong());
        assertEquals(30, report.get("tenants").asLong());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --route shared,shared",
                "demo --route shared,cloud",
                "demo --tenant 550e8400-e29b-41d4-a716-446655440099",
                "demo --tenant largest",
                "demo --data no/such/folder",
                "demo --writers 0",
                "demo --json no/such/folder/result.json"
            })
    void aWrongCallIsRefusedBeforeAnythingIsStarted(String call) {
        assertEquals(ErrorKind.USER.exitStatus(), Rehome.run(call.split(" ", -1)));
    }

    @Test
    void aMissingStrategyFileIsAConfigurationError() {
        assertEquals(ErrorKind.CONFIGURATION.exitStatus(), Rehome.run("demo", "--config", "no/such/file.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo --writer 3", "dmeo", "demo --writers many"})
    void whatCannotBeParsedPrintsTheUsage(String call) {
        assertEquals(WRONG_USAGE, Rehome.run(call.split(" ", -1)));
    }
}
