package dev.rehome.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.Retention;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.life.LifeListener;
import dev.rehome.life.LifeState;
import dev.rehome.life.TenantRecord;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.Mover;
import dev.rehome.move.SoakDecision;
import dev.rehome.placement.Epoch;
import dev.rehome.placement.HostName;
import dev.rehome.placement.JdbcTenantHosts;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.recovery.DirectoryRebuild.Found;
import dev.rehome.recovery.DirectoryRebuild.Order;
import dev.rehome.recovery.DirectoryRebuild.Report;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.StrategyText;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryRebuildTest {
    private static final String SECOND = TestFleet.SECOND;
    private static final Order PLAIN = new Order(false, false, false, null);

    @TempDir
    private Path folder;

    private TestFleet fleet;
    private RecoveryScene scene;
    private TenantConnections remembering;
    private final Map<TenantId, Set<UUID>> customers = new HashMap<>();

    @BeforeEach
    void open() throws Exception {
        fleet = TestFleet.onTwoServers();
        scene = new RecoveryScene(StrategyText.of(fleet.servers())
                .migration("archive", folder.resolve("archive").toString())
                .read(folder.resolve("strategy.yaml")));
        remembering = scene.application();
    }

    /** Nothing is open if the test was skipped. */
    @AfterEach
    void close() throws SQLException {
        if (fleet != null) {
            remembering.close();
            fleet.close();
        }
    }

    private TenantId shop(Tier tier, String server) throws SQLException {
        TenantId tenant = fleet.createTenant(tier, server);
        RecoveryScene.addCustomer(remembering, tenant);
        customers.put(tenant, RecoveryScene.customers(remembering, tenant));
        return tenant;
    }

    @Test
    void aLostDirectoryIsWrittenAnewFromTheHomesAndEverybodyIsServedAsBefore() throws Exception {
        TenantId shared = shop(Tier.SHARED, PostgresServer.NAME);
        TenantId schema = shop(Tier.SCHEMA, SECOND);
        TenantId database = shop(Tier.DATABASE, SECOND);
        TenantId moved = shop(Tier.SHARED, PostgresServer.NAME);
        scene.move(moved, fleet.home(Tier.DATABASE, moved, SECOND));
        scene.move(moved, fleet.home(Tier.SCHEMA, moved, PostgresServer.NAME));
        TenantId back = shop(Tier.SCHEMA, PostgresServer.NAME);
        rollBack(back);
        TenantId moving = shop(Tier.SHARED, PostgresServer.NAME);
        scene.moveUntil(moving, fleet.home(Tier.SHARED, moving, SECOND), MovePhase.VERIFY);
        TenantId soaking = shop(Tier.SHARED, SECOND);
        scene.moveUntil(soaking, fleet.home(Tier.DATABASE, soaking), MovePhase.SOAK);
        TenantId suspended = shop(Tier.DATABASE, PostgresServer.NAME);
        scene.life().suspend(suspended, RecoveryScene.PATIENCE);
        TenantId archived = shop(Tier.SCHEMA, PostgresServer.NAME);
        scene.life().archive(archived, folder.resolve("archive"), RecoveryScene.PATIENCE, LifeListener.NONE);
        new JdbcTenantHosts(scene.connectionsToDirectory())
                .assign(moved, List.of(new HostName("shop.example")), "test");
        Path exports = folder.resolve("exports");
        scene.nightlyExport()
                .run(
                        new NightlyExport.Order(exports, LocalDate.EPOCH, Retention.parse("1d"), 2, false, false),
                        (done, total) -> {});
        Map<TenantId, Placement> before = placements();
        TenantConnections stale = remembering;

        fleet.execute("drop schema rehome_directory cascade");
        Report report = scene.rebuild().run(new Order(false, false, true, exports), (done, total) -> {});

        assertEquals(List.of(), report.undecided());
        assertEquals(List.of(), report.notSeen());
        assertEquals(before, placements());
        assertEquals(LifeState.SUSPENDED, scene.lives().get(suspended).state());
        assertThrows(TenantSuspendedException.class, () -> RecoveryScene.customers(stale, suspended));
        scene.life().resume(suspended, RecoveryScene.PATIENCE);
        try (TenantConnections fresh = scene.application()) {
            for (TenantConnections application : List.of(fresh, stale)) {
                for (TenantId tenant : List.of(shared, schema, database, moved, back, moving, soaking, suspended)) {
                    assertEquals(
                            customers.get(tenant), RecoveryScene.customers(application, tenant), tenant.toString());
                }
            }
        }
        assertEquals("test SHARED", scene.lives().get(moved).name().orElseThrow());
        assertEquals(
                moved,
                new JdbcTenantHosts(scene.connectionsToDirectory())
                        .find("shop.example")
                        .orElseThrow());
        assertEquals(LifeState.ARCHIVED, scene.lives().get(archived).state());
        assertTrue(remarks(report, moving).contains("was in a move"), remarks(report, moving));
        assertTrue(remarks(report, soaking).contains("was in a move"), remarks(report, soaking));
        assertEquals("", remarks(report, shared));

        // A move that was lost can be made again, and what it had left can be removed.
        assertEquals(
                Set.of(fleet.sharedHome(SECOND)), scene.life().copies(soaking).keySet());
        scene.life().removeCopies(soaking, LifeListener.NONE);
        assertEquals(Map.of(), scene.life().copies(soaking));
        scene.move(moving, fleet.home(Tier.SHARED, moving, SECOND));
        assertEquals(customers.get(moving), RecoveryScene.customers(stale, moving));
        scene.life().restore(archived, Optional.of(fleet.home(Tier.SHARED, archived)), LifeListener.NONE);
        assertEquals(customers.get(archived), RecoveryScene.customers(stale, archived));
        assertTrue(placement(archived).epoch().isAfter(Epoch.FIRST));
    }

    private void rollBack(TenantId tenant) throws Exception {
        Mover mover = scene.mover();
        mover.run(
                mover.plan(tenant, fleet.home(Tier.DATABASE, tenant)),
                MoveListener.NONE,
                soak -> SoakDecision.Verdict.ROLL_BACK);
        assertEquals(new Epoch(3), placement(tenant).epoch());
    }

    private static String remarks(Report report, TenantId tenant) {
        return report.found().stream()
                .filter(found -> found.tenant().equals(tenant))
                .map(Found::remarks)
                .map(remarks -> String.join("\n", remarks))
                .findFirst()
                .orElseThrow();
    }

    private Placement placement(TenantId tenant) {
        return scene.directory().find(tenant).orElseThrow();
    }

    private Map<TenantId, Placement> placements() {
        Map<TenantId, Placement> placements = new LinkedHashMap<>();
        scene.directory().page(null, 1000).forEach(placement -> placements.put(placement.tenant(), placement));
        return placements;
    }

    @Test
    void whatDatabasesDoNotAgreeOnIsNamedAndNotGuessed() throws Exception {
        TenantId twice = shop(Tier.SHARED, PostgresServer.NAME);
        TenantId nowhere = shop(Tier.SHARED, PostgresServer.NAME);
        TenantId fine = shop(Tier.SHARED, SECOND);
        fleet.execute("update rehome.residency set state = 'MOVED', server_name = 'us-1', database_name = '"
                + fleet.sharedHome(SECOND).database().name() + "', epoch = 2 where tenant_id = '" + nowhere + "'");
        try (var connection = fleet.administrator(fleet.sharedHome(SECOND));
                var statement = connection.createStatement()) {
            statement.execute(
                    "insert into rehome.residency (tenant_id, epoch, state, tier, server_name, database_name, schema_name)"
                            + " select '" + twice
                            + "', 1, state, tier, server_name, database_name, schema_name from rehome.residency"
                            + " where tenant_id = '" + fine + "'");
        }
        fleet.execute("drop schema rehome_directory cascade");

        Report report = scene.rebuild().run(PLAIN, (done, total) -> {});

        assertEquals(Set.of(fine), placements().keySet());
        assertEquals(2, report.undecided().size());
        for (DirectoryRebuild.Undecided undecided : report.undecided()) {
            assertTrue(
                    undecided.reason().contains(undecided.tenant().equals(twice) ? "2 databases" : "does not have it"),
                    undecided.reason());
        }
        fleet.execute("delete from rehome.residency where tenant_id = '" + twice + "'");
        Report again = scene.rebuild().run(new Order(true, false, false, null), (done, total) -> {});
        assertEquals(List.of(twice), again.found().stream().map(Found::tenant).toList());
        assertEquals(fleet.sharedHome(SECOND), placement(twice).home());
        fleet.execute("set rehome.capture = 'off'; delete from customers where storefront_id in ('" + twice + "', '"
                + nowhere + "')");
    }

    @Test
    void aDirectoryThatHasTenantsIsNotWrittenOverAndADryRunWritesNothing() throws Exception {
        TenantId known = shop(Tier.SHARED, PostgresServer.NAME);
        TenantId lost = shop(Tier.SCHEMA, PostgresServer.NAME);
        assertEquals(
                ErrorKind.USER,
                assertThrows(RehomeException.class, () -> scene.rebuild().run(PLAIN, (done, total) -> {}))
                        .kind());
        fleet.execute("delete from rehome_directory.placement where tenant_id = '" + lost + "'");
        fleet.execute("delete from rehome_directory.tenant where tenant_id = '" + lost + "'");

        Report dry = scene.rebuild().run(new Order(true, true, false, null), (done, total) -> {});
        assertEquals(List.of(lost), dry.found().stream().map(Found::tenant).toList());
        assertFalse(placements().containsKey(lost));
        scene.rebuild().run(new Order(true, false, false, null), (done, total) -> {});

        assertEquals(Set.of(known, lost), placements().keySet());
        assertEquals(customers.get(lost), RecoveryScene.customers(remembering, lost));
        TenantRecord record = scene.lives().get(lost);
        assertEquals(LifeState.ACTIVE, record.state());
    }
}
