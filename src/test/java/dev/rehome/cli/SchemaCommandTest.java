package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rehome.cli.Operator.Answer;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.schema.Changelog;
import dev.rehome.schema.HomeTables;
import dev.rehome.schema.Pace;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaCommandTest {
    @TempDir
    private Path folder;

    @Test
    void homesBehindAreShownPlannedMigratedAndTakenBack() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            TenantId behind = fleet.createTenant(Tier.SCHEMA);
            fleet.createTenant(Tier.DATABASE);
            assertEquals(0, operator.types("schema", "status").status());
            takeBack(fleet, fleet.home(Tier.SCHEMA, behind));

            Answer status = operator.types("schema", "status", "--json");
            assertEquals(1, status.status());
            assertEquals(3, status.json().at("/levels/homes").asInt());
            assertEquals(2, status.json().at("/levels/upToDate").asInt());
            Answer plan = operator.types("schema", "plan", "--sql");
            assertEquals(0, plan.status());
            assertTrue(plan.out().contains("3 homes, 2 at the newest level"), plan.out());
            assertTrue(plan.out().contains("rendered once and replayed"), plan.out());
            assertTrue(plan.out().contains("create table"), plan.out());
            assertFalse(plan.out().contains("placeholder"), plan.out());

            Answer migrated = operator.types("schema", "migrate", "--canary", behind.toString(), "--json");
            assertEquals(0, migrated.status(), migrated.err());
            JsonNode run = migrated.json();
            assertEquals(1, run.at("/counts/DONE").asInt());
            assertTrue(run.at("/ended").asBoolean());
            assertEquals(0, operator.types("schema", "status").status());

            Answer back = operator.types("schema", "rollback", run.at("/run").asText(), "--tenant", behind.toString());
            assertEquals(0, back.status(), back.err());
            assertTrue(back.out().contains("1 taken back"), back.out());
            assertEquals(1, operator.types("schema", "status").status());
            assertEquals(0, operator.types("schema", "retry").status());
        }
    }

    @Test
    void theLastLineNamesWhatFailed() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            Home home = fleet.home(Tier.SCHEMA, fleet.createTenant(Tier.SCHEMA));
            takeBack(fleet, home);
            // Whatever the last changeset makes first is in its way.
            fleet.execute("create table \"" + home.schema() + "\".cart_items (id int)");

            Answer failed = operator.types("schema", "migrate");

            assertEquals(1, failed.status());
            String last =
                    failed.out().strip().lines().reduce((one, other) -> other).orElseThrow();
            assertTrue(last.startsWith("0 homes done, 1 failed"), last);
            assertTrue(last.contains(home + ": changeset rehome:cart-items"), last);
            assertTrue(last.contains("42P07"), last);
            fleet.execute("drop table \"" + home.schema() + "\".cart_items");
            assertEquals(0, operator.types("schema", "retry").status());
        }
    }

    @Test
    void aHomeThatHasDriftedIsShownWithTheStatementsThatMendIt() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            Home home = fleet.home(Tier.SCHEMA, fleet.createTenant(Tier.SCHEMA));
            fleet.createTenant(Tier.DATABASE);
            Answer same = operator.types("schema", "drift");
            assertEquals(0, same.status(), same.err());
            assertTrue(same.out().contains("3 homes: 3 as the changelog makes them"), same.out());
            fleet.execute("drop index \"" + home.schema() + "\".orders_shipping_address_idx");

            Answer drifted = operator.types("schema", "drift");
            assertEquals(1, drifted.status());
            assertTrue(drifted.out().contains("home " + home + " has drifted"), drifted.out());
            JsonNode json = operator.types("schema", "drift", "--json").json();
            assertEquals(2, json.get("same").asInt());
            assertEquals(home.toString(), json.at("/drifted/0/home").asText());
            String mend = json.at("/drifted/0/differences/0/mend").asText();
            assertTrue(drifted.out().contains(mend), drifted.out());
            fleet.execute(mend);
            assertEquals(0, operator.types("schema", "drift").status());
        }
    }

    @Test
    void wrongOptionsAreTheCallersFault() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            assertEquals(
                    2, operator.types("schema", "migrate", "--parallel", "0").status());
            assertEquals(
                    2,
                    operator.types("schema", "migrate", "--lock-timeout", "soon")
                            .status());
            assertEquals(
                    2,
                    operator.types("schema", "rollback", "00000000-0000-0000-0000-000000000001")
                            .status());
            assertEquals(2, operator.types("schema").status());
        }
    }

    /** Its last changeset. */
    private static void takeBack(TestFleet fleet, Home home) throws SQLException {
        try (HomeTables tables = fleet.homes().tablesIn(home.database())) {
            tables.rollBack(home, 1, Pace.UNHURRIED, Changelog.Guard.NONE);
        }
    }
}
