package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparesCommandTest {
    @TempDir
    private Path folder;

    @Test
    void theStockIsFilledUsedUpAndEmptiedAsTheStrategySays() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            Path wanted = operator.text().spares(2, 1).write(folder.resolve("spares.yaml"));

            JsonNode filled = fill(operator, wanted);
            assertEquals(2, filled.at("/stock/0/made").asInt());
            assertEquals(1, filled.at("/stock/1/made").asInt());
            assertEquals(0, fill(operator, wanted).at("/stock/0/made").asInt());
            TenantId tenant = fleet.expectTenant();
            Answer created = operator.typesWith(
                    wanted, "tenant", "create", "--id", tenant.toString(), "--name", "shop", "--tier", "schema");
            assertEquals(0, created.status(), created.err());
            assertTrue(fleet.homes().exists(fleet.home(Tier.SCHEMA, tenant)));
            assertEquals(1, fill(operator, wanted).at("/stock/0/made").asInt(), "one was taken");

            Answer emptied = operator.types("spares", "fill"); // whose file wants none
            assertEquals(0, emptied.status(), emptied.err());
            assertTrue(
                    emptied.out().contains("schema   on server default: 0 of 0 ready, 0 made, 0 brought up, 2 dropped"),
                    emptied.out());
            assertTrue(emptied.out().contains("1 dropped"), emptied.out());
            assertEquals(2, operator.types("spares").status());
        }
    }

    private static JsonNode fill(Operator operator, Path strategy) {
        Answer answer = operator.typesWith(strategy, "spares", "fill", "--json");
        assertEquals(0, answer.status(), answer.err());
        return answer.json();
    }
}
