package dev.rehome.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.across.AcrossTenants;
import dev.rehome.across.AuditLog;
import dev.rehome.across.TenantSelection;
import dev.rehome.audit.Deed.Outcome;
import dev.rehome.jdbc.ConnectionSource;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.MoveRequest;
import dev.rehome.move.Mover;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTrailTest {
    private TestFleet fleet;
    private ConnectionSource directory;
    private MoveJournal journal;
    private Mover mover;
    private AuditTrail trail;

    @BeforeAll
    void open() throws SQLException {
        fleet = TestFleet.onPostgres();
        directory = () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test audit");
        journal = fleet.journal();
        mover = fleet.mover(MoveOptions.DEFAULT);
        trail = new AuditTrail(directory);
    }

    @AfterAll
    void close() throws SQLException {
        fleet.close();
    }

    @Test
    void aMovesDecisionsAndItsEndAreInTheTrailWithWhoMadeThem() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Move move = mover.plan(tenant, fleet.home(Tier.SCHEMA, tenant), true, "ann");
        journal.request(move.id(), MoveRequest.PAUSE, "bob");
        journal.resume(move.id(), "ann");
        journal.request(move.id(), MoveRequest.CANCEL, "carla");

        List<AuditEntry> asked = trail.recent(AuditFilter.of(tenant), 10);

        assertEquals(
                List.of("CANCEL ASKED carla", "RESUME DONE ann", "PAUSE DONE bob", "START UNDER_WAY ann"),
                asked.stream().map(AuditTrailTest::text).toList());
        assertTrue(asked.stream()
                .allMatch(entry -> entry.subject().equals(move.id().toString())));

        mover.run(move, MoveListener.NONE);

        List<AuditEntry> ended = trail.recent(AuditFilter.of(tenant), 10);
        assertEquals("CANCELLED", ended.get(0).action());
        assertTrue(ended.get(0).by().orElseThrow().startsWith("process "), ended.toString());
        assertEquals("START CANCELLED ann", text(ended.get(4)));
    }

    @Test
    void workAcrossTenantsIsInTheTrailWithItsReasonAndOutcome() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        AcrossTenants door = new AcrossTenants(fleet.directory(), new AuditLog(directory), 1);
        try (var results =
                door.acrossTenants("dora", "for the board", TenantSelection.of(List.of(tenant)), each -> 1)) {
            assertEquals("READ NOT_ENDED dora", text(newest()));
            while (results.next().isPresent()) {
                // Read to the end, as whoever wants the report does.
            }
        }
        assertEquals("READ COMPLETE dora", text(newest()));
        assertEquals("for the board", newest().reason());
        assertEquals(1, trail.recent(AuditFilter.of(tenant), 10).size(), "found by a tenant that was read");
    }

    @Test
    void whatHasNoJournalIsWrittenAndFoundByAreaAndTime() {
        Instant before = Instant.now().minusSeconds(60);
        trail.write(new Deed("10.0.0.7", "TESTED", "SIGN_IN", "the dashboard", "unknown token", Outcome.REFUSED));
        AuditFilter dashboard =
                new AuditFilter(Optional.empty(), Optional.of("TESTED"), Optional.of(before), Optional.empty());
        assertEquals(
                List.of("SIGN_IN REFUSED 10.0.0.7"),
                trail.recent(dashboard, 10).stream().map(AuditTrailTest::text).toList());
        AuditFilter older =
                new AuditFilter(Optional.empty(), Optional.of("TESTED"), Optional.empty(), Optional.of(before));
        assertEquals(List.of(), trail.recent(older, 10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update rehome_directory.move_journal set by_whom = 'nobody'",
                "delete from rehome_directory.move_journal",
                "truncate rehome_directory.move_journal",
                "update rehome_directory.life_journal set by_whom = 'nobody'",
                "delete from rehome_directory.life_journal",
                "truncate rehome_directory.life_journal",
                "update rehome_directory.tenant_host_journal set by_whom = 'nobody'",
                "delete from rehome_directory.tenant_host_journal",
                "truncate rehome_directory.tenant_host_journal",
                "update rehome_directory.audit set by_whom = 'nobody'",
                "delete from rehome_directory.audit"
            })
    void nobodyRewritesTheTrailNotEvenAnAdministrator(String harm) throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        mover.cancel(mover.plan(tenant, fleet.home(Tier.SCHEMA, tenant), false, "ann"));
        fleet.execute("insert into rehome_directory.life_journal (tenant_id, entry_no, by_whom, operation, note)"
                + " values ('" + tenant + "', 1, 'ann', 'SUSPEND', 'suspended')");
        fleet.execute("insert into rehome_directory.tenant_host_journal (tenant_id, by_whom, action, host) values ('"
                + tenant + "', 'ann', 'ASSIGN_HOST', 'corner')");
        trail.write(new Deed("ann", "DASHBOARD", "SIGN_IN", "the dashboard", "", Outcome.COMPLETE));
        List<AuditEntry> before = trail.recent(AuditFilter.ALL, 100);

        SQLException refused = assertThrows(SQLException.class, () -> fleet.execute(harm));
        assertEquals("RH005", refused.getSQLState());
        assertThrows(SQLException.class, () -> {
            try (Connection connection = directory.open();
                    Statement statement = connection.createStatement()) {
                statement.execute(harm);
            }
        });
        assertEquals(before, trail.recent(AuditFilter.ALL, 100));
    }

    private AuditEntry newest() {
        return trail.recent(AuditFilter.ALL, 1).get(0);
    }

    private static String text(AuditEntry entry) {
        return entry.action() + " " + entry.outcome() + " " + entry.by().orElse("-");
    }
}
