package dev.rehome.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.cli.Operator.Answer;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsCommandTest {
    @TempDir
    private Path folder;

    @Test
    void anOperatorCollectsLooksAndDeletesAndNothingStays() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            TenantId small = tenant(fleet, Tier.SHARED, 3);
            TenantId large = tenant(fleet, Tier.SCHEMA, 30);
            assertTrue(operator.types("statistics").out().contains("Nothing is known of any tenant yet"));

            Answer all = operator.types("statistics", "--collect", "--by", "customers", "--top", "1", "--json");
            assertEquals(0, all.status(), all.err());
            assertEquals(1, all.json().at("/collected/counted").asInt());
            assertEquals(1, all.json().at("/tenants").size());
            assertEquals(large.toString(), all.json().at("/tenants/0/tenant").asText());
            assertEquals(30, all.json().at("/tenants/0/rows/customers").asInt());

            Answer table = operator.types("statistics", "--collect", "--by", "customers");
            assertTrue(
                    table.err().contains("1 homes by their catalogs; of shared tables 0 tenants counted"), table.err());
            assertTrue(table.out().indexOf(large.toString()) < table.out().indexOf(small.toString()), table.out());
            assertTrue(table.out().contains("2 of 2 tenants."), table.out());

            Answer one = operator.types("statistics", small.toString());
            assertTrue(one.out().contains("customers                             3 rows"), one.out());
            assertEquals(
                    3,
                    operator.types("statistics", small.toString(), "--json")
                            .json()
                            .at("/now/rows/customers")
                            .asInt());

            Answer gone = operator.types("tenant", "delete", small.toString(), "--grace", "0s");
            assertEquals(0, gone.status(), gone.err());
            assertEquals(
                    0,
                    fleet.count(
                            fleet.sharedHome(),
                            "select count(*) from rehome_directory.tenant_size where tenant_id = '" + small + "'"));
            Answer unknown = operator.types("statistics", small.toString());
            assertEquals(2, unknown.status());
            assertTrue(unknown.err().contains("Nothing is known of tenant"), unknown.err());
        }
    }

    @Test
    void aCallThatMakesNoSenseIsRefused() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            tenant(fleet, Tier.SHARED, 1);
            assertEquals(0, operator.types("statistics", "--collect").status());
            Answer figure = operator.types("statistics", "--by", "nonsense");
            assertEquals(2, figure.status());
            assertTrue(figure.err().contains("neither a figure nor a table"), figure.err());
            assertEquals(2, operator.types("statistics", "--top", "0").status());
            assertEquals(2, operator.types("statistics", "--since", "yesterday").status());
        }
    }

    @Test
    void alertsMetricsAndTheChecksOfTheFleetAreAtTheCommandLine() throws Exception {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            Operator operator = new Operator(fleet, folder);
            TenantId tenant = fleet.createTenant(Tier.SCHEMA);
            assertEquals(0, operator.types("alerts").status());
            assertEquals(0, operator.types("doctor").status());
            execute(fleet, fleet.home(Tier.SCHEMA, tenant), "alter table customers add column surplus int");

            assertEquals(1, operator.types("schema", "drift").status());

            Answer alerts = operator.types("alerts", "--json");
            assertEquals(1, alerts.status());
            assertEquals(1, alerts.json().size());
            assertEquals("RehomeSchemaDrift", alerts.json().at("/0/alert").asText());
            assertTrue(alerts.json().at("/0/text").asText().contains("surplus"), alerts.out());
            String metrics = operator.types("metrics").out();
            assertTrue(metrics.contains("rehome_fleet_check_problems{check=\"drift\"} 1.0"), metrics);
            assertTrue(metrics.contains("rehome_fleet_check_problems{check=\"doctor\"} 0.0"), metrics);
        }
    }

    private static TenantId tenant(TestFleet fleet, Tier tier, int customers) throws SQLException {
        TenantId tenant = fleet.createTenant(tier);
        execute(
                fleet,
                fleet.home(tier, tenant),
                "set rehome.capture = 'off'; insert into customers (storefront_id, id, email, created_at) select '"
                        + tenant
                        + "', gen_random_uuid(), gen_random_uuid()::text, now() from generate_series(1, " + customers
                        + "); analyze customers");
        return tenant;
    }

    private static void execute(TestFleet fleet, Home home, String sql) throws SQLException {
        try (Connection connection = fleet.administrator(home);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
