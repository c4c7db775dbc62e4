package dev.rehome.fleet.levels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.fence.PostgresFence;
import dev.rehome.fence.TransactionMode;
import dev.rehome.fleet.Provisioner;
import dev.rehome.fleet.levels.HomeResult.State;
import dev.rehome.move.Move;
import dev.rehome.move.MoveJournal;
import dev.rehome.move.MoveOptions;
import dev.rehome.move.Mover;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placements;
import dev.rehome.placement.Tier;
import dev.rehome.schema.HomeTables;
import dev.rehome.schema.Homes;
import dev.rehome.schema.Pace;
import dev.rehome.schema.Rendering;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LevelsAndMovesTest {
    private static final RunOptions OPTIONS =
            RunOptions.DEFAULT.toBuilder().parallel(2, 2).build();

    @Test
    void aMoveBetweenLevelsIsRefusedBeforeItStarts() throws Exception {
        try (NotesFleet fleet = new NotesFleet(1)) {
            Home home = fleet.home(1);
            MoveJournal journal = new MoveJournal(fleet.connections);
            Mover mover = new Mover(
                    fleet.servers,
                    fleet.homes(NotesFleet.THIRD),
                    fleet.directory,
                    journal,
                    "storefront_id",
                    MoveOptions.DEFAULT);
            Home own = new Home(Tier.DATABASE, fleet.control.server(), home.schema(), "storefront");

            RehomeException refused = assertThrows(RehomeException.class, () -> mover.plan(fleet.tenant(home), own));
            assertEquals(ErrorKind.CONFIGURATION, refused.kind());
            assertTrue(refused.getMessage().contains("test:long-notes"), refused.getMessage());
            assertTrue(mover.preview(fleet.tenant(home), own).refusals().stream()
                    .anyMatch(refusal -> refusal.toString().contains("test:long-notes")));
            assertEquals(List.of(), journal.list(true, 10));

            // At the same level, newest or not, a shared home is no obstacle.
            mover.cancel(mover.plan(fleet.tenant(home), fleet.shared));
            fleet.bringUp(home);
            assertThrows(RehomeException.class, () -> mover.plan(fleet.tenant(home), fleet.shared));
            mover.cancel(mover.plan(fleet.tenant(home), own));
        }
    }

    @Test
    void moveWrittenDownWhileItsHomeIsChangedSeesTheChange() throws Exception {
        try (NotesFleet fleet = new NotesFleet(1)) {
            Home home = fleet.home(1);
            Homes homes = fleet.homes(NotesFleet.THIRD);
            CountDownLatch changing = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
                try (HomeTables tables = homes.tablesIn(fleet.control)) {
                    Rendering rendering = tables.rendering(home, tables.level(home));
                    tables.apply(home, rendering, Pace.UNHURRIED, () -> {
                        changing.countDown();
                        await(goOn);
                    });
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await(changing);
            CompletableFuture<Void> move = CompletableFuture.runAsync(() -> {
                try {
                    homes.requireSameLevel(
                            home, new Home(Tier.DATABASE, fleet.control.server(), home.schema(), "storefront"));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (!fleet.ask(home, "select count(*) from pg_locks where locktype = 'advisory' and not granted")
                    .equals("1")) {
                Thread.onSpinWait();
            }
            assertFalse(move.isDone());
            goOn.countDown();
            change.join();
            move.join();
        }
    }

    @Test
    void aSharedHomeThatAMoveTargetsIsNotChanged() throws Exception {
        try (NotesFleet fleet = new NotesFleet(2)) {
            Home home = fleet.home(1);
            new MoveJournal(fleet.connections)
                    .plan(fleet.directory.find(fleet.tenant(home)).orElseThrow(), fleet.shared);

            RunReport report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);

            assertEquals(1, report.count(State.DONE));
            assertEquals(2, report.count(State.SKIPPED));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHomeThatAnOperationOnItsTenantIsAtIsSkippedAndDoneAfterwards() throws Exception {
        try (NotesFleet fleet = new NotesFleet(2)) {
            TenantId tenant = fleet.tenant(fleet.home(1));
            fleet.execute(
                    fleet.shared,
                    "insert into rehome_directory.tenant_life (tenant_id, state, operation) values ('" + tenant
                            + "', 'SUSPENDED', 'ARCHIVE')");

            RunReport report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);

            assertEquals(2, report.count(State.DONE));
            assertEquals(1, report.count(State.SKIPPED));
            fleet.execute(
                    fleet.shared,
                    "update rehome_directory.tenant_life set operation = null where tenant_id = '" + tenant + "'");
            assertTrue(fleet.runner(OPTIONS, "two").migrate(RunListener.NONE).isComplete());
        }
    }

    @Test
    void aSharedHomeIsNotBroughtUpWhileAMoveIsAtItAndTenantsAreCreatedThereAllTheSame() throws Exception {
        try (NotesFleet fleet = new NotesFleet(1)) {
            Home home = fleet.home(1);
            Homes homes = fleet.homes(NotesFleet.THIRD);
            MoveJournal journal = new MoveJournal(fleet.connections);
            Mover mover =
                    new Mover(fleet.servers, homes, fleet.directory, journal, "storefront_id", MoveOptions.DEFAULT);
            Move move = journal.plan(fleet.directory.find(fleet.tenant(home)).orElseThrow(), fleet.shared);
            Provisioner provisioner = Provisioner.of(fleet.servers, homes, fleet.directory);

            RehomeException refused = assertThrows(RehomeException.class, () -> provisioner.prepare(fleet.shared));
            assertEquals(ErrorKind.BUSY, refused.kind());
            assertTrue(refused.getMessage().contains(move.id().toString()), refused.getMessage());
            TenantId created = TenantId.of(UUID.randomUUID());
            assertEquals(
                    fleet.shared,
                    provisioner.create(created, "new", fleet.shared).home());
            assertEquals(0, fleet.upToDate());
            mover.cancel(move);
            provisioner.prepare(fleet.shared);
            provisioner.prepare(fleet.shared);
            assertEquals(1, fleet.upToDate());
        }
    }

    @Test
    void noTransactionFailsWhileItsHomeIsChanged() throws Exception {
        try (NotesFleet fleet = new NotesFleet(4)) {
            fleet.create(Tier.SHARED);
            fleet.create(Tier.DATABASE);
            List<TenantId> tenants = List.copyOf(fleet.tenants.values());
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong written = new AtomicLong();
            CountDownLatch begun = new CountDownLatch(tenants.size() * 3);
            try (TenantConnections connections = new TenantConnections(
                    fleet.servers,
                    new Placements(fleet.directory),
                    new PostgresFence(fleet.servers),
                    Limits.DEFAULT,
                    "storefront_id")) {
                List<CompletableFuture<Void>> writers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    int offset = i;
                    writers.add(CompletableFuture.runAsync(
                            () -> {
                                for (int n = offset; !over.get(); n++) {
                                    write(connections, tenants.get(n % tenants.size()));
                                    written.incrementAndGet();
                                    begun.countDown();
                                }
                            },
                            work -> new Thread(work, "writer").start()));
                }
                begun.await();
                RunReport report;
                try {
                    report = fleet.runner(OPTIONS, "one").migrate(RunListener.NONE);
                    long atEnd = written.get();
                    while (written.get() < atEnd + tenants.size()
                            && writers.stream().noneMatch(CompletableFuture::isDone)) {
                        Thread.onSpinWait();
                    }
                } finally {
                    over.set(true);
                }
                writers.forEach(CompletableFuture::join);
                assertTrue(report.isComplete());
                long rows = 0;
                for (TenantId tenant : tenants) {
                    Home home = fleet.directory.find(tenant).orElseThrow().home();
                    rows += Long.parseLong(
                            fleet.ask(home, "select count(*) from notes where storefront_id = '" + tenant + "'"));
                }
                assertEquals(written.get(), rows);
            }
        }
    }

    private static void write(TenantConnections connections, TenantId tenant) {
        try {
            Connection connection = connections.acquire(tenant, TransactionMode.current());
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into notes (storefront_id, id, text) values (?, ?, 'a note')")) {
                insert.setObject(1, tenant.value());
                insert.setObject(2, UUID.randomUUID());
                insert.executeUpdate();
                connection.commit();
            } finally {
                connections.release(connection);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
