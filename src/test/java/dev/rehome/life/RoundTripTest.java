package dev.rehome.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.Limits;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.export.ExportWriter.Written;
import dev.rehome.fence.TransactionMode;
import dev.rehome.life.TenantLife.Arrived;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantArchivedException;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.TenantSuspendedException;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoundTripTest {
    private static final FileForm PLAIN = new FileForm(false, false);

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

    static Stream<Arguments> tierPairs() {
        return Stream.of(Tier.values()).flatMap(from -> Stream.of(Tier.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("tierPairs")
    void aTenantThatIsExportedDeletedAndImportedIsTheSameTenant(Tier from, Tier to) throws Exception {
        TenantId tenant = scene.createFull(from);
        TenantId neighbour = scene.createFull(Tier.SHARED);
        Map<String, String> before = scene.content(tenant);
        Map<String, String> neighbours = scene.content(neighbour);
        Path file = folder.resolve(tenant + ".zip");

        Written written = scene.life().export(tenant, file, PLAIN, LifeListener.NONE);
        scene.life().delete(tenant, Optional.of(Duration.ZERO), LifeScene.PATIENCE, LifeListener.NONE);

        assertThrows(UnknownTenantException.class, () -> enterAndLeave(tenant));
        assertTrue(scene.life().deletion(tenant).orElseThrow().signedOff().isPresent());
        Arrived arrived =
                scene.life().importFile(tenant, file, Optional.empty(), fleet.home(to, tenant), LifeListener.NONE);
        assertEquals(written.manifest().rows(), arrived.rows());
        assertEquals(before, scene.content(tenant));
        assertEquals(2, arrived.placement().epoch().value());
        assertEquals(neighbours, scene.content(neighbour));
        assertEquals(Optional.of("a full one"), scene.life().show(tenant).name());
        enterAndLeave(tenant);
        if (to != Tier.SHARED) {
            assertSameDefinitions(arrived.placement().home());
        }
        if (from != to && from != Tier.SHARED) {
            assertFalse(fleet.homes().exists(fleet.home(from, tenant)));
        }
    }

    /** Keys, indexes, foreign keys, defaults, policies and triggers are those that the changelog makes. */
    private void assertSameDefinitions(Home home) throws Exception {
        TenantId made = fleet.expectTenant();
        Home other = scene.life()
                .create(made, "made", fleet.home(home.tier(), made))
                .placement()
                .home();
        assertEquals(definitions(other), definitions(home));
    }

    private List<String> definitions(Home home) throws Exception {
        String sql = """
                select array_agg(replace(d, current_schema(), 'S') order by d) from (
                  select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = current_schema()::regnamespace
                  union all select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid where c.relnamespace = current_schema()::regnamespace
                  union all select tablename || policyname || qual from pg_policies where schemaname = current_schema()
                  union all select tgrelid::regclass || ' ' || tgname from pg_trigger join pg_class c on c.oid = tgrelid where c.relnamespace = current_schema()::regnamespace and not tgisinternal
                  union all select table_name || column_name || coalesce(column_default, '') from information_schema.columns where table_schema = current_schema()
                ) as x (d)""";
        try (Connection connection = fleet.administrator(home);
                var row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return List.of((String[]) row.getArray(1).getArray());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloneIsEqualUnderANewIdAndBothAreUsed(Tier tier) throws Exception {
        TenantId tenant = scene.createFull(Tier.SHARED);
        TenantId copy = fleet.expectTenant();

        scene.life().copy(tenant, copy, Optional.of("the copy"), fleet.home(tier, copy), LifeListener.NONE);

        assertEquals(scene.content(tenant), scene.content(copy));
        enterAndLeave(tenant);
        enterAndLeave(copy);
        RehomeException again = assertThrows(
                RehomeException.class,
                () -> scene.life().copy(tenant, copy, Optional.empty(), fleet.home(tier, copy), LifeListener.NONE));
        assertEquals(ErrorKind.USER, again.kind());
    }

    @ParameterizedTest
    @EnumSource
    void anArchivedTenantIsNowhereButInItsFileAndComesBackFromIt(Tier tier) throws Exception {
        TenantId tenant = scene.createFull(tier);
        Map<String, String> before = scene.content(tenant);
        Home home = scene.home(tenant);

        TenantRecord record = scene.life().archive(tenant, scene.archives(), LifeScene.PATIENCE, LifeListener.NONE);

        assertEquals(LifeState.ARCHIVED, record.state());
        assertThrows(TenantArchivedException.class, () -> enterAndLeave(tenant));
        try (TenantConnections fresh = fleet.connections(Limits.DEFAULT)) {
            assertThrows(
                    TenantArchivedException.class,
                    () -> fresh.acquire(tenant, TransactionMode.DEFAULT).close());
        }
        assertEquals(0, new Removal(scene.tools()).remaining(tenant, home));
        Path file = record.archive().orElseThrow().file();
        byte[] right = Files.readAllBytes(file);
        scene.life().export(scene.createFull(Tier.SHARED), file, new FileForm(false, true), LifeListener.NONE);
        assertEquals(
                ErrorKind.USER,
                assertThrows(
                                RehomeException.class,
                                () -> scene.life().restore(tenant, Optional.empty(), LifeListener.NONE))
                        .kind());
        Files.write(file, right);
        Arrived arrived = scene.life().restore(tenant, Optional.empty(), LifeListener.NONE);
        assertEquals(home, arrived.placement().home());
        assertEquals(2, arrived.placement().epoch().value());
        assertEquals(before, scene.content(tenant));
        enterAndLeave(tenant);
    }

    @Test
    void whatIsCommittedAfterTheSnapshotIsNotInTheFileThoughItsTableIsCopiedLater() throws Exception {
        TenantId tenant = scene.createFull(Tier.SCHEMA);
        Map<String, String> before = scene.content(tenant);
        AtomicBoolean written = new AtomicBoolean();
        Path file = folder.resolve(tenant + ".zip");

        scene.life().export(tenant, file, PLAIN, new LifeListener() {
            @Override
            public void progress(long rowsDone, long rowsTotal, long bytesDone) {
                if (written.compareAndSet(false, true)) {
                    addOrder(tenant);
                }
            }
        });

        assertTrue(written.get());
        assertFalse(before.equals(scene.content(tenant)));
        TenantId copy = fleet.expectTenant();
        scene.life().importFile(copy, file, Optional.empty(), fleet.home(Tier.SHARED, copy), LifeListener.NONE);
        assertEquals(before, scene.content(copy));
    }

    private void addOrder(TenantId tenant) {
        try {
            scene.administer(
                    scene.home(tenant),
                    "update odd set note = 'late'; insert into customers (storefront_id, id, external_id, email, created_at) values ('"
                            + tenant
                            + "', uuidv7(), 'late', 'late@example.org', now()); delete from order_items where line_no = 2");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTenantComesToAnotherFleetWithAllItsRowsAndItsName() throws Exception {
        TenantId tenant = scene.createFull(Tier.DATABASE);
        Map<String, String> before = scene.content(tenant);
        Path file = folder.resolve("emigrant.zip");
        scene.life().export(tenant, file, PLAIN, LifeListener.NONE);
        try (TestFleet other = TestFleet.onPostgres();
                TenantConnections there = other.connections(Limits.DEFAULT)) {
            LifeScene abroad = new LifeScene(other, Files.createDirectory(folder.resolve("abroad")));
            TenantId emigrant = other.expectTenant();

            abroad.life()
                    .importFile(emigrant, file, Optional.empty(), other.home(Tier.SCHEMA, emigrant), LifeListener.NONE);

            assertEquals(before, abroad.content(emigrant));
            assertEquals(Optional.of("a full one"), abroad.life().show(emigrant).name());
            assertTrue(scene.lives(emigrant).isEmpty(), "the fleet that it comes from does not know it");
            Connection connection = there.acquire(emigrant, TransactionMode.DEFAULT);
            connection.rollback();
            there.release(connection);
        }
    }

    @Test
    void afterAnImportSequencesGoOnBehindWhatWasDrawn() throws Exception {
        TenantId tenant = scene.createFull(Tier.SCHEMA);
        long drawn = fleet.count(scene.home(tenant), "select greatest(max(counter), max(ticket)) from odd");
        TenantId copy = fleet.expectTenant();

        scene.life().copy(tenant, copy, Optional.empty(), fleet.home(Tier.DATABASE, copy), LifeListener.NONE);

        assertTrue(fleet.count(scene.home(copy), "select nextval('odd_ticket')") > drawn);
    }

    @Test
    void anExportIsProvenWithoutADatabaseAndAFileThatIsThereIsNotReplacedUnasked() throws Exception {
        TenantId tenant = scene.createFull(Tier.SHARED);
        Path file = folder.resolve("there.zip");
        Written written = scene.life().export(tenant, file, new FileForm(true, false), LifeListener.NONE);

        try (ExportFile opened = ExportFile.open(file)) {
            opened.verify(ExportListener.NONE);
            assertEquals(written.sha256(), opened.sha256());
            assertEquals(tenant, opened.tenant());
        }
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(
                ErrorKind.USER,
                assertThrows(RehomeException.class, () -> scene.life().export(tenant, file, PLAIN, LifeListener.NONE))
                        .kind());
        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        assertEquals(bytes.length + 1, Files.size(file));
        scene.life().suspend(tenant, LifeScene.PATIENCE);
        scene.life().export(tenant, file, new FileForm(false, true), LifeListener.NONE);
        assertThrows(TenantSuspendedException.class, () -> enterAndLeave(tenant));
    }

    private void enterAndLeave(TenantId tenant) throws Exception {
        Connection connection = connections.acquire(tenant, TransactionMode.DEFAULT);
        connection.rollback();
        connections.release(connection);
    }
}
