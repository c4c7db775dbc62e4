package dev.rehome.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.alert.Alert;
import dev.rehome.alert.Severity;
import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.measure.PushFigures;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.statistics.StatisticsDirectory;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetChecks;
import dev.rehome.watch.FleetWatch;
import dev.rehome.watch.MoveConcerns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final MoveConcerns CONCERNS = new MoveConcerns(
            Duration.ofMillis(250),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofMinutes(5));
    private static final Pattern SERIES = Pattern.compile("(?m)^(rehome_[a-z0-9_]+)[{ ]");
    private static final Pattern DOCUMENTED =
            Pattern.compile("(?m)^\\| `(rehome_[a-z0-9_]+)` \\| (\\w+) \\| ([^|]*) \\|");

    @Test
    void everyMetricIsScrapedUnderItsNameAndNoOther() throws SQLException {
        try (TestFleet fleet = TestFleet.onPostgres();
                TenantConnections connections = fleet.connections(Limits.DEFAULT);
                RehomeMetrics metrics = new RehomeMetrics()) {
            ConnectionSource directory =
                    () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
            TenantId tenant = fleet.createTenant(Tier.SCHEMA);
            TenantId archived = fleet.createTenant(Tier.SHARED);
            connections.release(connections.acquire(tenant, TransactionMode.DEFAULT));
            fleet.journal().plan(fleet.directory().find(tenant).orElseThrow(), fleet.sharedHome());
            new FleetChecks(directory).keep(FleetCheck.Kind.DRIFT, "test", 1, 0, List.of());
            fleet.execute("insert into rehome_directory.schema_run (run_id, changelog, opened_by) values ('" + tenant
                    + "', 'c', 'test')");
            fleet.execute(
                    "insert into rehome_directory.schema_run_home (run_id, server_name, database_name, schema_name,"
                            + " tier, wave, place, state, from_level) values ('" + tenant
                            + "', 's', 'd', 'n', 'SHARED', 0, 0, 'FAILED', '')");
            fleet.execute("insert into rehome_directory.tenant_life (tenant_id, state, operation) values ('" + archived
                    + "', 'ACTIVE', 'ARCHIVE')");
            fleet.execute("insert into rehome_directory.spare_home (spare_id, tier, server_name, database_name,"
                    + " schema_name, state) values ('" + tenant + "', 'SCHEMA', 's', 'd', 'n', 'READY')");
            fleet.execute(
                    "insert into rehome_directory.tenant_size (tenant_id, exact, hour_rows, tables, row_counts, bytes)"
                            + " values ('" + tenant + "', true, 0, array['orders'], array[7], 70)");
            Alert alert = new Alert("RehomeMoveStopped", Severity.CRITICAL, "move 1", Instant.EPOCH, "It has failed.");

            metrics.add(new ConnectionMetrics(connections))
                    .add(new PushMetrics(() -> new PushFigures(3, 1, Duration.ofSeconds(2), 5, 0)))
                    .add(new FleetMetrics(new FleetWatch(directory), CONCERNS))
                    .add(new TenantMetrics(new StatisticsDirectory(directory), 3))
                    .add(new AlertMetrics(() -> List.of(alert)));
            String page = metrics.scrape();

            Set<String> scraped = SERIES.matcher(page)
                    .results()
                    .map(match -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(series(Stream.of(Metric.values())), scraped);
            assertHas(page, "rehome_connections_limit{server=\"default\"} 100.0");
            assertHas(page, "rehome_enter_seconds_count 1");
            assertHas(page, "rehome_enter_refusals_total{reason=\"fenced\"} 0.0");
            assertHas(page, "rehome_tenants{server=\"default\",tier=\"schema\"} 1.0");
            assertHas(page, "rehome_moves{phase=\"planned\"} 1.0");
            assertHas(page, "rehome_pushes_total{outcome=\"success\"} 3.0");
            assertHas(page, "rehome_schema_run_homes{state=\"failed\"} 1.0");
            assertHas(page, "rehome_life_operations{operation=\"archive\"} 1.0");
            assertHas(page, "rehome_statistics_uncounted 1.0");
            assertHas(page, "rehome_tenant_rows{tenant=\"" + tenant + "\"} 7.0");
            assertHas(page, "rehome_directory_up 1.0");
            assertHas(page, "rehome_alerts_firing{alert=\"RehomeMoveStopped\",severity=\"critical\"} 1.0");
            fleet.execute("delete from rehome_directory.spare_home");
            fleet.execute("delete from rehome_directory.tenant_life");
        }
    }

    @Test
    void aDirectoryThatIsDownIsAFigureAndNoFailure() {
        try (RehomeMetrics metrics = new RehomeMetrics()) {
            ConnectionSource nowhere = () -> {
                throw new SQLException("nobody answers", "08001");
            };
            String page = metrics.add(new FleetMetrics(new FleetWatch(nowhere), CONCERNS))
                    .scrape();
            assertHas(page, "rehome_directory_up 0.0");
            assertHas(page, "rehome_moves_stopped NaN");
            assertHas(page, "rehome_cutover_pause_budget_seconds 0.25");
        }
    }

    @Test
    void thePageOfMetricsHasAllOfThemWithTheirLabels() throws IOException {
        String page = Files.readString(Path.of("src/site/markdown/metrics.md"));
        Set<String> documented = DOCUMENTED
                .matcher(page)
                .results()
                .map(match -> match.group(1) + " " + match.group(2) + " "
                        + match.group(3).strip())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> known = Stream.of(Metric.values())
                .flatMap(metric -> metric.series().stream()
                        .map(series -> (series + " " + kind(metric) + " " + labels(metric)).strip()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(known, documented.stream().map(String::strip).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String kind(Metric metric) {
        return metric.kind() == Metric.Kind.GAUGE ? "gauge" : "counter";
    }

    private static String labels(Metric metric) {
        return metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
    }

    private static Set<String> series(Stream<Metric> metrics) {
        return metrics.flatMap(metric -> metric.series().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertHas(String page, String line) {
        assertTrue(page.lines().anyMatch(each -> each.startsWith(line)), line + " is not in\n" + page);
    }
}
