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
import dev.rehome.move.Move;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SuspensionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private TestFleet fleet;
    private LifeScene scene;
    private TenantConnections connections;

    @BeforeEach
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        scene = new LifeScene(fleet, folder);
        connections = fleet.connections(Limits.DEFAULT);
    }

    @AfterEach
    void close() throws Exception {
        connections.close();
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSuspendedTenantIsRefusedItsNeighbourIsNotAndResumingAdmitsItAgain(Tier tier) throws Exception {
        TenantId tenant = fleet.createTenant(tier);
        TenantId neighbour = fleet.createTenant(tier);
        enterAndLeave(tenant);

        assertEquals(LifeState.SUSPENDED, scene.life().suspend(tenant, PATIENCE).state());
        assertEquals(LifeState.SUSPENDED, scene.life().suspend(tenant, PATIENCE).state());

        assertThrows(TenantSuspendedException.class, () -> enterAndLeave(tenant));
        enterAndLeave(neighbour);

        assertEquals(LifeState.ACTIVE, scene.life().resume(tenant, PATIENCE).state());
        assertEquals(LifeState.ACTIVE, scene.life().resume(tenant, PATIENCE).state());

        enterAndLeave(tenant);
        assertEquals(0, fleet.count(fleet.home(tier, tenant), "select count(*) from rehome.lease"));
        assertEquals(
                List.of(LifeOperation.SUSPEND, LifeOperation.SUSPEND, LifeOperation.RESUME, LifeOperation.RESUME),
                scene.life().entries(tenant).stream().map(LifeEntry::operation).toList());
    }

    @Test
    void aRunningTransactionEndsThoughNewOnesAreRefusedMeanwhile() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Connection running = connections.acquire(tenant, TransactionMode.DEFAULT);

        RehomeException late =
                assertThrows(RehomeException.class, () -> scene.life().suspend(tenant, Duration.ZERO));

        assertEquals(ErrorKind.BUSY, late.kind());
        assertTrue(late.getMessage().contains("pid "), late.getMessage());
        assertThrows(TenantSuspendedException.class, () -> enterAndLeave(tenant));
        TenantRecord record = scene.life().show(tenant);
        assertEquals(LifeState.SUSPENDED, record.state());
        assertEquals(Optional.of(LifeOperation.SUSPEND), record.unended());
        insertCustomer(running, tenant);
        running.commit();
        connections.release(running);
        assertEquals(Optional.empty(), scene.life().suspend(tenant, PATIENCE).unended());
        assertEquals(1, fleet.rowsOf(tenant, fleet.sharedHome()));
    }

    @Test
    void aTenantInAMoveIsNotSuspendedAndASuspendedOneIsNotMoved() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Placement placement = fleet.directory().find(tenant).orElseThrow();
        Move move = fleet.journal().plan(placement, fleet.home(Tier.SCHEMA, tenant));

        RehomeException refused =
                assertThrows(RehomeException.class, () -> scene.life().suspend(tenant, PATIENCE));

        assertEquals(ErrorKind.BUSY, refused.kind());
        assertTrue(refused.getMessage().contains(move.id().toString()), refused.getMessage());
        enterAndLeave(tenant);
        fleet.execute("update rehome_directory.move set finished_at = now()");
        scene.life().suspend(tenant, PATIENCE);
        RehomeException unmoved = assertThrows(
                RehomeException.class, () -> fleet.journal().plan(placement, fleet.home(Tier.SCHEMA, tenant)));
        assertEquals(ErrorKind.USER, unmoved.kind());
    }

    @Test
    void twoProcessesAreNotAtOneTenantAtTheSameTime() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        Connection running = connections.acquire(tenant, TransactionMode.DEFAULT);
        try (Undertaking other = scene.tools().journal().begin(tenant, LifeOperation.SUSPEND, "another", found -> {})) {
            RehomeException refused =
                    assertThrows(RehomeException.class, () -> scene.life().suspend(tenant, PATIENCE));
            assertEquals(ErrorKind.BUSY, refused.kind());
            other.note("still at it");
        }
        running.rollback();
        connections.release(running);
        scene.life().suspend(tenant, PATIENCE);
    }

    /** Its server takes a moment to notice. */
    @Test
    void whoComesRightAfterAProcessWasKilledWaitsForItsLock() throws Exception {
        TenantId tenant = fleet.createTenant(Tier.SHARED);
        String key = "hashtextextended('rehome life " + tenant + "', 0)";
        CompletableFuture<TenantRecord> next;
        try (Connection killed = fleet.administrator(fleet.sharedHome());
                Statement statement = killed.createStatement()) {
            statement.execute("select pg_advisory_lock(" + key + ")");
            next = CompletableFuture.supplyAsync(() -> {
                try {
                    return scene.life().suspend(tenant, PATIENCE);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            String waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                    + " and (classid::bigint << 32 | objid::bigint) = " + key;
            while (fleet.count(fleet.sharedHome(), waiting) == 0) {
                assertFalse(next.isDone(), "nobody waits");
            }
        }
        assertEquals(LifeState.SUSPENDED, next.get(60, TimeUnit.SECONDS).state());
    }

    private void enterAndLeave(TenantId tenant) throws Exception {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        connection.rollback();
        connections.release(connection);
    }

    private static void insertCustomer(Connection connection, TenantId tenant) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into customers (storefront_id, id, external_id, email, created_at) values ('"
                    + tenant + "', uuidv7(), 'c', 'c@example.org', now())");
        }
    }
}
