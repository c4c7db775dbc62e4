package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.error.ErrorKind;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    @TempDir
    private Path folder;

    private TestFleet fleet;
    private Operator operator;
    private TenantId grown;
    private TenantId larger;
    private TenantId unknown;

    @BeforeEach
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        operator = new Operator(fleet, folder);
        grown = fleet.createTenant(Tier.SHARED);
        larger = fleet.createTenant(Tier.SHARED);
        unknown = fleet.createTenant(Tier.SHARED);
        fleet.measured(grown, 10, 600_000);
        fleet.measured(larger, 10, 900_000);
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    @Test
    void aPlanSaysWhoShouldBeMovedWhyAndAtWhatCostAndWritesNothing() {
        JsonNode plan = operator.types("plan", "--json").json();

        assertEquals(2, plan.get("lines").size());
        JsonNode first = plan.get("lines").get(0);
        assertEquals(larger.toString(), first.get("tenant").asText());
        assertEquals("DATABASE", first.get("to").get("tier").asText());
        assertEquals("orders 900,000 > 500,000", first.get("reason").asText());
        assertEquals(50, first.get("costAfter").get("low").asInt());
        assertEquals("NOT_MEASURED", plan.get("left").get(0).get("kind").asText());
        assertEquals(
                ErrorKind.USER.exitStatus(), operator.types("plan", "--newest").status());

        Answer text = operator.types("plan");
        assertTrue(
                text.out().contains("SIZE: orders 600,000 > 500,000; 0.05-0.20 -> 50.00-200.00 USD a month;"),
                text.out());
        assertTrue(text.out().contains("3 tenants, 2 to be moved"), text.out());
        assertTrue(text.out().contains("1 stay: NOT_MEASURED, as in: " + unknown), text.out());
        assertTrue(text.out().lines().allMatch(line -> line.length() <= 80 || line.contains("as in: ")), text.out());
    }

    @Test
    void aProposedPlanIsDecidedLineByLine() {
        assertEquals(0, operator.types("plan", "--propose").status());

        Answer approved = operator.types("plan", "approve", "" + grown, "--json");
        assertEquals("APPROVED", approved.json().get(0).get("state").asText());
        Answer rejected = operator.types("plan", "reject", "" + larger);
        assertTrue(rejected.out().contains("is REJECTED"), rejected.out());
        assertEquals(
                ErrorKind.USER.exitStatus(),
                operator.types("plan", "approve", "" + unknown).status());

        assertEquals(List.of("REJECTED", "APPROVED"), states(operator.types("plan", "--newest", "--json")));
        assertEquals(List.of("REJECTED", "APPROVED"), states(operator.types("plan", "--json")));
    }

    @Test
    void whatIsAppliedIsMovedAndItsLineSaysSo() {
        operator.types("plan", "--propose");
        operator.types("plan", "reject", "" + larger);

        Answer applied = operator.types("apply", "--until-soak", "--json");

        assertEquals(0, applied.status(), applied.err());
        assertEquals(1, applied.json().get("moves").size());
        assertEquals("SOAKING", applied.json().get("moves").get(0).get("state").asText());
        assertEquals(Tier.DATABASE, tier(grown));
        assertEquals(Tier.SHARED, tier(larger));
        assertEquals(List.of("REJECTED", "RUNNING"), states(operator.types("plan", "--newest", "--json")));
        operator.types("move", "retire", "" + grown);
        JsonNode costs = operator.types("cost", "--json").json();
        assertEquals(1, costs.get("now").get("tiers").get(2).get("tenants").asInt());
        assertEquals(
                2, costs.get("afterPlan").get("tiers").get(2).get("tenants").asInt());
        assertEquals(150, costs.get("databases").get("low").asInt());
        assertTrue(operator.types("cost").out().contains("a database for everybody            3"));
    }

    @Test
    void outsideTheWindowNothingBeginsUnlessItIsToBeginNow() throws Exception {
        LocalTime later = LocalTime.now(ZoneOffset.UTC).plusHours(6).truncatedTo(ChronoUnit.MINUTES);
        Files.writeString(
                operator.strategy(),
                "  strategy: { windows: [\"" + later + "-" + later.plusHours(1) + " UTC\"] }\n",
                StandardOpenOption.APPEND);

        Answer waits = operator.types("apply", "--only", "" + grown, "--until-soak");
        assertEquals(0, waits.status(), waits.err());
        assertTrue(waits.out().contains("No move is begun now"), waits.out());
        assertTrue(waits.err().contains("1 of 1 moves wait: moves are begun in"), waits.err());
        assertEquals(Tier.SHARED, tier(grown));
        Answer now = operator.types("apply", "--now", "--only", "" + larger, "--until-soak", "--json");
        assertEquals(0, now.status(), now.err());
        assertEquals(Tier.DATABASE, tier(larger));
        operator.types("move", "rollback", "" + larger);
    }

    @Test
    void aDryRunOnlyLooks() {
        Answer look = operator.types("apply", "--dry-run", "--limit", "1");

        assertEquals(0, look.status(), look.err());
        assertTrue(look.out().contains("tenant   " + larger), look.out());
        assertTrue(look.out().contains("The move can be started."), look.out());
        assertEquals(
                ErrorKind.USER.exitStatus(), operator.types("plan", "--newest").status());
        Answer nobody = operator.types("apply", "--only", "" + unknown);
        assertEquals(ErrorKind.USER.exitStatus(), nobody.status());
        assertTrue(nobody.err().contains("it has not been measured"), nobody.err());
    }

    private static List<String> states(Answer answer) {
        return answer.json().get("lines").findValuesAsText("state");
    }

    private Tier tier(TenantId tenant) {
        return fleet.directory().find(tenant).map(Placement::home).orElseThrow().tier();
    }
}
