package dev.rehome.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MovePhase;
import dev.rehome.move.MoveStatus;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import dev.rehome.watch.FleetState.TenantCount;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetWatchTest {
    private static final MoveConcerns CONCERNS = new MoveConcerns(
            Duration.ofMillis(250),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofMinutes(5));

    private TestFleet fleet;
    private FleetWatch watch;
    private ConnectionSource connections;
    private TenantId tenant;

    @BeforeEach
    void begin() throws SQLException {
        fleet = TestFleet.onPostgres();
        connections = () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test");
        watch = new FleetWatch(connections);
        tenant = fleet.createTenant(Tier.SHARED);
    }

    @AfterEach
    void end() throws SQLException {
        fleet.close();
    }

    @Test
    void aFleetInWhichNothingGoesOnIsSeenAsThat() {
        FleetState state = watch.look();
        assertEquals(List.of(new TenantCount(Tier.SHARED, "default", 1)), state.tenants());
        assertEquals(List.of(), state.moves());
        assertEquals(0, state.pauses().cutovers());
        assertEquals(Duration.ZERO, state.pauses().longest());
        assertEquals(Map.of(), state.schemaRunHomes());
        assertEquals(List.of(), state.checks());
        assertEquals(1, state.statistics().uncounted());
        assertEquals(Duration.ZERO, state.statistics().age());
    }

    @Test
    void aMoveIsUnattendedWhenItsLeaseIsOverUnlessItFailedOrIsPausedOrHasNotBegun() throws SQLException {
        plan();
        set("lease_until = null");
        assertFalse(unattended(), "nobody has begun it");
        set("phase = 'BACKFILL', lease_holder = 'somebody', lease_until = now() + interval '1 minute'");
        assertFalse(unattended());
        set("lease_until = now() - interval '1 second'");
        assertTrue(unattended());
        set("phase = 'SOAK'");
        assertFalse(unattended(), "it is visited now and then");
        set("lease_until = now() - interval '6 minutes'");
        assertTrue(unattended());
        set("request = 'PAUSE'");
        assertFalse(unattended());
        set("request = null, failure = 'no room'");
        assertFalse(unattended());
        assertTrue(CONCERNS.isStopped(onlyMove(watch.look())));
    }

    @Test
    void aMoveIsStuckWhenItHasWaitedTooLongForSomethingOtherThanAnOperator() throws SQLException {
        plan();
        set("phase = 'CUTOVER', lease_until = now() + interval '1 minute', waiting_for = 'postponed',"
                + " waiting_since = now() - interval '59 minutes'");
        assertFalse(stuck());
        set("waiting_since = now() - interval '61 minutes'");
        assertTrue(stuck());
        set("hold_cutover = true");
        assertFalse(stuck());
        set("hold_cutover = false, phase = 'SOAK'");
        assertFalse(stuck());
    }

    @Test
    void aRestLastsAsLongAsItsMoverLives() throws SQLException {
        plan();
        set(
                "phase = 'BACKFILL', lease_until = now() + interval '1 minute', resting_since = now() - interval '40 minutes'");
        FleetState state = watch.look();
        assertEquals(40, CONCERNS.rest(onlyMove(state), state.at()).toMinutes());
        set("lease_until = now() - interval '1 minute'");
        assertEquals(Duration.ZERO, CONCERNS.rest(onlyMove(watch.look()), state.at()));
    }

    @Test
    void aSoakEndsUnverifiedWithoutACleanVerdictOfLate() throws SQLException {
        Move move = plan();
        set("phase = 'SOAK', phase_since = now() - interval '20 hours'");
        assertFalse(unverified(), "there is time");
        set("phase_since = now() - interval '23 hours'");
        assertTrue(unverified());
        verify(move, 1, "now() - interval '3 hours'", 0, 0);
        assertTrue(unverified(), "that is long ago");
        verify(move, 2, "now()", 3, 3);
        assertFalse(unverified(), "all differences were repaired");
        verify(move, 3, "now()", 3, 2);
        assertTrue(unverified());

        FleetState.Verification latest = watch.look().verifications().get(move.id());
        assertEquals(Optional.of(3L), Optional.ofNullable(latest).map(FleetState.Verification::differences));
        assertEquals(Optional.of(1L), Optional.ofNullable(latest).map(FleetState.Verification::unrepaired));
    }

    @Test
    void theDirectoryTellsOfCutoversRunsLivesSparesAndProcesses() throws SQLException {
        Move move = plan();
        fleet.execute("insert into rehome_directory.move_measure (move_id, fenced_millis, served_at) values ('"
                + move.id() + "', 300, now() - interval '1 hour')");
        fleet.execute("insert into rehome_directory.schema_run (run_id, changelog, opened_by) values" + " ('"
                + move.id() + "', 'c', 'test')");
        fleet.execute(
                "insert into rehome_directory.schema_run_home (run_id, server_name, database_name, schema_name, tier,"
                        + " wave, place, state, from_level) values ('" + move.id()
                        + "', 's', 'd', 'n', 'SHARED', 0, 0, 'FAILED', '')");
        fleet.execute("insert into rehome_directory.tenant_life (tenant_id, state, since, operation) values ('" + tenant
                + "', 'ACTIVE', now() - interval '2 hours', 'ARCHIVE')");
        fleet.execute(
                "insert into rehome_directory.spare_home (spare_id, tier, server_name, database_name, schema_name,"
                        + " state) values ('" + move.id() + "', 'SCHEMA', 's', 'd', 'n', 'READY')");
        fleet.execute("insert into rehome_directory.statistics_node (node, interval_millis, pushed_at, ended_at) values"
                + " ('a', 60000, now(), null), ('b', 60000, now() - interval '6 minutes', null),"
                + " ('c', 60000, now() - interval '6 minutes', now())");

        FleetState state = watch.look();

        assertEquals(1, state.pauses().cutovers());
        assertEquals(Duration.ofMillis(300), state.pauses().longest());
        assertEquals(Map.of("failed", 1L), state.schemaRunHomes());
        assertEquals(tenant, state.undertakings().get(0).tenant());
        assertEquals("archive", state.undertakings().get(0).operation());
        assertEquals(Map.of("ready", 1L), state.spares());
        assertEquals(1, state.statistics().reporting());
        assertEquals(1, state.statistics().silent());
        fleet.execute("delete from rehome_directory.spare_home");
        fleet.execute("delete from rehome_directory.tenant_life");
    }

    @Test
    void endedMovesAreOnlyCounted() throws SQLException {
        plan();
        set("phase = 'DONE', finished_at = now()");
        FleetState state = watch.look();
        assertEquals(List.of(), state.moves());
        assertEquals(Map.of(MovePhase.DONE, 1L), state.endedMoves());
    }

    @Test
    void theLatestCheckOfEachKindIsKept() {
        FleetChecks checks = new FleetChecks(connections);
        checks.keep(FleetCheck.Kind.DRIFT, "test", 10, 2, List.of("one", "two"));
        checks.keep(FleetCheck.Kind.DOCTOR, "test", 10, 0, List.of());
        checks.keep(FleetCheck.Kind.DRIFT, "test", 12, 1, List.of("three"));

        List<FleetCheck> latest = checks.latest();
        assertEquals(2, latest.size());
        assertEquals(FleetCheck.Kind.DRIFT, latest.get(1).kind());
        assertEquals(12, latest.get(1).lookedAt());
        assertEquals(List.of("three"), latest.get(1).problems());
        assertEquals(latest, watch.look().checks());
    }

    private Move plan() {
        return fleet.journal().plan(fleet.directory().find(tenant).orElseThrow(), fleet.home(Tier.SCHEMA, tenant));
    }

    private void set(String assignments) throws SQLException {
        fleet.execute("update rehome_directory.move set " + assignments);
    }

    private void verify(Move move, int number, String endedAt, int different, int repaired) throws SQLException {
        fleet.execute(
                "insert into rehome_directory.move_verification (move_id, report_no, phase, backward, verified_by,"
                        + " started_at, ended_at) values ('" + move.id() + "', " + number + ", 'SOAK', true, 'test', "
                        + endedAt
                        + ", " + endedAt + ")");
        fleet.execute("insert into rehome_directory.move_verification_table (move_id, report_no, table_name, ranges,"
                + " unequal_ranges, source_rows, source_sum, target_rows, target_sum, missing, extra, different, repaired,"
                + " foreign_at_source, foreign_at_target) values ('" + move.id() + "', " + number
                + ", 'orders', 1, 1, 9, 9, 9, 9, 0, 0, " + different + ", " + repaired + ", 0, 0)");
    }

    private boolean unattended() {
        FleetState state = watch.look();
        return CONCERNS.isUnattended(onlyMove(state), state.at());
    }

    private boolean stuck() {
        FleetState state = watch.look();
        return CONCERNS.isStuck(onlyMove(state), state.at());
    }

    private boolean unverified() {
        FleetState state = watch.look();
        return CONCERNS.endsUnverified(onlyMove(state), state);
    }

    private static MoveStatus onlyMove(FleetState state) {
        assertEquals(1, state.moves().size());
        return state.moves().get(0);
    }
}
