package dev.rehome.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.TransactionMode;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.life.DeletionRecord.Place;
import dev.rehome.placement.Home;
import dev.rehome.placement.HostName;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.placement.JdbcTenantHosts;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionTest {
    private static final Optional<Duration> NOW = Optional.of(Duration.ZERO);

    @TempDir
    private static Path folder;

    private TestFleet fleet;
    private LifeScene scene;
    private TenantConnections connections;

    @BeforeAll
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        scene = new LifeScene(fleet, folder);
        connections = fleet.connections(Limits.DEFAULT);
    }

    @AfterAll
    void close() throws Exception {
        connections.close();
        fleet.close();
    }

    @Test
    void untilItsTimeOfGraceIsOverATenantIsRefusedAndCanBeTakenBack() throws Exception {
        TenantId tenant = scene.createFull(Tier.SHARED);
        Map<String, String> before = scene.content(tenant);

        TenantRecord doomed = delete(tenant, Optional.of(Duration.ofDays(30)));

        assertEquals(LifeState.DELETING, doomed.state());
        assertThrows(TenantSuspendedException.class, () -> enterAndLeave(tenant));
        assertEquals(doomed.dueAt(), delete(tenant, Optional.empty()).dueAt());
        assertFalse(scene.tools().journal().due(100).contains(tenant));
        assertEquals(before, scene.content(tenant));
        TenantRecord back = scene.life().resume(tenant, LifeScene.PATIENCE);
        assertEquals(LifeState.ACTIVE, back.state());
        assertEquals(Optional.empty(), back.dueAt());
        enterAndLeave(tenant);
        assertEquals(before, scene.content(tenant));
    }

    @Test
    void whoseTimeIsOverIsDueAndGoesWhenAskedAgain() throws Exception {
        TenantId tenant = scene.createFull(Tier.SCHEMA);
        delete(tenant, Optional.of(Duration.ofDays(30)));
        fleet.execute("update rehome_directory.tenant_life set due_at = now() - interval '1 second' where tenant_id = '"
                + tenant + "'");

        assertTrue(scene.tools().journal().due(100).contains(tenant));
        assertEquals(LifeState.DELETED, delete(tenant, Optional.empty()).state());
        assertEquals(LifeState.DELETED, delete(tenant, Optional.empty()).state());
    }

    @Test
    void everyHomeItEverLivedInItsChangesItsHostsItsFilesAndItsMovesGoAndTheRecordSaysSo() throws Exception {
        TenantId tenant = scene.createFull(Tier.SHARED);
        TenantId neighbour = scene.createFull(Tier.SHARED);
        Map<String, String> neighbours = scene.content(neighbour);
        JdbcTenantHosts hosts = new JdbcTenantHosts(
                () -> fleet.servers().open(fleet.control(), JdbcDirectory.SCHEMA, DatabaseRole.MOVER, "test"));
        hosts.assign(tenant, List.of(new HostName("gone.example.org")), "test");
        Home once = fleet.home(Tier.DATABASE, tenant);
        scene.tools().homes().create(once);
        scene.administer(
                once,
                "insert into customers (storefront_id, id, external_id, email, created_at) values ('" + tenant
                        + "', uuidv7(), 'old', 'old@example.org', now())");
        var move = fleet.journal().plan(fleet.directory().find(tenant).orElseThrow(), once);
        fleet.execute("update rehome_directory.move set finished_at = now(), phase = 'CANCELLED' where move_id = '"
                + move.id() + "'");
        scene.administer(
                fleet.sharedHome(),
                "insert into rehome.change (tenant_id, table_name, key) values ('" + tenant
                        + "', 'customers', '{a,b}')");
        Files.createDirectories(scene.archives());
        Path spare = Files.writeString(scene.archives().resolve(tenant + "-" + move.id() + ".zip"), "rows");
        Path others = Files.writeString(scene.archives().resolve(neighbour + "-" + move.id() + ".zip"), "rows");

        assertEquals(LifeState.DELETED, delete(tenant, NOW).state());

        DeletionRecord record = scene.life().deletion(tenant).orElseThrow();
        assertEquals(Optional.of(LifeScene.OPERATOR), record.signedOffBy());
        Map<String, Place> places = record.places().stream()
                .collect(Collectors.toMap(place -> place.kind() + " " + place.place(), place -> place));
        assertEquals(
                Set.of(Optional.of(0L)),
                record.places().stream().map(Place::remaining).collect(Collectors.toSet()));
        assertTrue(removed(places, "HOME " + fleet.sharedHome()) > 300);
        assertEquals(1, removed(places, "HOME " + once));
        assertEquals(2, removed(places, "DATABASE " + fleet.control())); // its residency and its change
        assertEquals(1, removed(places, "FILE " + spare));
        assertEquals(1, removed(places, "DIRECTORY move"));
        assertEquals(1, removed(places, "DIRECTORY tenant_host"));
        assertEquals(1, removed(places, "DIRECTORY tenant_host_journal"));
        assertEquals(1, removed(places, "DIRECTORY tenant"));
        assertFalse(Files.exists(spare));
        assertTrue(Files.exists(others));
        assertFalse(fleet.homes().exists(once));
        assertEquals(Optional.empty(), scene.life().show(tenant).name());
        assertEquals(neighbours, scene.content(neighbour));
    }

    private static long removed(Map<String, Place> places, String place) {
        Place found = places.get(place);
        assertTrue(found != null, place + " is not among " + places.keySet());
        return Objects.requireNonNull(found).removed();
    }

    @Test
    void whereAHomeOfItsNameIsAnotherTenantsNothingIsSignedOff() throws Exception {
        TenantId tenant = scene.createFull(Tier.SHARED);
        TenantId squatter = fleet.expectTenant();
        scene.life().create(squatter, "squatter", fleet.home(Tier.SCHEMA, tenant));

        RehomeException refused = assertThrows(RehomeException.class, () -> delete(tenant, NOW));

        assertEquals(ErrorKind.INVARIANT, refused.kind());
        assertTrue(refused.getMessage().contains(squatter.toString()), refused.getMessage());
        assertEquals(
                Optional.empty(), scene.life().deletion(tenant).orElseThrow().signedOff());
        enterAndLeave(squatter);
        RehomeException tooLate =
                assertThrows(RehomeException.class, () -> scene.life().resume(tenant, LifeScene.PATIENCE));
        assertEquals(ErrorKind.USER, tooLate.kind());
        assertEquals(
                List.of(Optional.of(LifeOperation.DELETE)),
                List.of(scene.life().show(tenant).unended()));
    }

    private TenantRecord delete(TenantId tenant, Optional<Duration> grace) throws InterruptedException {
        return scene.life().delete(tenant, grace, LifeScene.PATIENCE, LifeListener.NONE);
    }

    private void enterAndLeave(TenantId tenant) throws Exception {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        connection.rollback();
        connections.release(connection);
    }
}
