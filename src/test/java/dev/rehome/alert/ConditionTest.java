package dev.rehome.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.AlertsConfig;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.watch.FleetCheck;
import dev.rehome.watch.FleetChecks;
import dev.rehome.watch.FleetWatch;
import dev.rehome.watch.MoveConcerns;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private static final MoveConcerns CONCERNS = new MoveConcerns(
            Duration.ofMillis(250),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofMinutes(5));

    /** All at once, since a directory takes a second to make. */
    @Test
    void eachConditionIsSeenInTheDirectoryAndNoneWhereAllIsWell() throws SQLException {
        try (TestFleet fleet = TestFleet.onPostgres()) {
            ConnectionSource connections =
                    () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
            FleetWatch watch = new FleetWatch(connections);
            assertEquals(List.of(), look(watch));

            List<TenantId> tenants = List.of(
                    fleet.createTenant(Tier.SHARED),
                    fleet.createTenant(Tier.SHARED),
                    fleet.createTenant(Tier.SHARED),
                    fleet.createTenant(Tier.SHARED));
            String run = "lease_until = now() + interval '1 minute', ";
            Move unattended =
                    move(fleet, tenants.get(0), "phase = 'BACKFILL', lease_until = now() - interval '1 second'");
            move(fleet, tenants.get(1), "phase = 'BACKFILL', failure = 'no room'");
            move(
                    fleet,
                    tenants.get(2),
                    run + "phase = 'CATCH_UP', waiting_for = 'resting: x', waiting_since = now() - interval '2 hours',"
                            + " resting_since = now() - interval '2 hours'");
            Move soaking =
                    move(fleet, tenants.get(3), run + "phase = 'SOAK', phase_since = now() - interval '23 hours'");
            fleet.execute("insert into rehome_directory.move_measure (move_id, fenced_millis, served_at) values ('"
                    + unattended.id() + "', 300, now())");
            fleet.execute("insert into rehome_directory.move_verification (move_id, report_no, phase, backward,"
                    + " verified_by, started_at, ended_at) values ('" + soaking.id()
                    + "', 1, 'SOAK', true, 't', now(), now())");
            fleet.execute("insert into rehome_directory.move_verification_table select '" + soaking.id()
                    + "', 1, 'orders', 1, 1, 9, 9, 9, 9, 0, 0, 2, 1, 0, 0");
            fleet.execute("insert into rehome_directory.schema_run (run_id, changelog, opened_by) values ('"
                    + soaking.id() + "', 'c', 'test')");
            fleet.execute(
                    "insert into rehome_directory.schema_run_home (run_id, server_name, database_name, schema_name,"
                            + " tier, wave, place, state, from_level) values ('" + soaking.id()
                            + "', 's', 'd', 'n', 'SHARED', 0, 0, 'FAILED', '')");
            fleet.execute("insert into rehome_directory.tenant_life (tenant_id, state, since, operation) values ('"
                    + tenants.get(0) + "', 'ACTIVE', now() - interval '2 hours', 'ARCHIVE')");
            fleet.execute("insert into rehome_directory.statistics_node (node, interval_millis, pushed_at) values"
                    + " ('b', 60000, now() - interval '6 minutes')");
            fleet.execute("insert into rehome_directory.duty (duty, failed_in_a_row, failed_at, failure) values"
                    + " ('nightly export', 3, now(), 'no room'), ('fill spares', 1, now(), 'no room')");
            FleetChecks checks = new FleetChecks(connections);
            checks.keep(FleetCheck.Kind.DOCTOR, "test", 1, 1, List.of("a policy is missing."));
            checks.keep(FleetCheck.Kind.DRIFT, "test", 1, 1, List.of("a column is missing."));

            List<Symptom> seen = look(watch);

            Set<Condition> expected = EnumSet.allOf(Condition.class);
            expected.remove(Condition.DIRECTORY_DOWN);
            assertEquals(expected, seen.stream().map(Symptom::condition).collect(Collectors.toSet()));
            assertEquals(expected.size(), seen.size(), seen.toString());
            assertTrue(seen.stream().allMatch(symptom -> symptom.text().endsWith(".")), seen.toString());
            fleet.execute("delete from rehome_directory.tenant_life");
        }
    }

    private static List<Symptom> look(FleetWatch watch) {
        return Condition.allIn(watch.look(), CONCERNS, AlertsConfig.DEFAULT);
    }

    private static Move move(TestFleet fleet, TenantId tenant, String assignments) throws SQLException {
        Move move = fleet.journal().plan(fleet.directory().find(tenant).orElseThrow(), fleet.home(Tier.SCHEMA, tenant));
        fleet.execute("update rehome_directory.move set " + assignments + " where move_id = '" + move.id() + "'");
        return move;
    }
}
