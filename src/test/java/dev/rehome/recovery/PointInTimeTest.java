package dev.rehome.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.life.LifeListener;
import dev.rehome.life.LifeState;
import dev.rehome.move.MovePhase;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Server;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.recovery.ServerReturn.Change;
import dev.rehome.recovery.ServerReturn.Finding;
import dev.rehome.tenant.TenantArchivedException;
import dev.rehome.tenant.TenantId;
import dev.rehome.tenant.UnknownTenantException;
import dev.rehome.testing.OwnServer;
import dev.rehome.testing.PostgresServer;
import dev.rehome.testing.StrategyText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server of two is backed up while it is used, and restored to a moment after that. The directory is on the other one. What came after
 * the moment: one tenant's rows were deleted by mistake, others left the server, moved within it, came to it, or were deleted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PointInTimeTest {
    private static final String LOST = "us-1";
    private static final String DATABASE = "shops";
    private static final String MOMENT = "before_the_mistake";

    @TempDir
    private static Path folder;

    private OwnServer server;
    private OwnServer copy;
    private OwnServer returned;
    private String control;
    private RecoveryScene scene;
    private TenantConnections application;
    private Path archive;
    private Path backup;
    private TenantId spoiled;
    private TenantId neighbour;
    private TenantId leaver;
    private TenantId mover;
    private TenantId arriver;
    private TenantId doomed;
    private TenantId stored;
    private final Map<TenantId, Set<UUID>> then = new HashMap<>();
    private final Map<TenantId, Set<UUID>> later = new HashMap<>();

    @BeforeAll
    void open() throws Exception {
        server = OwnServer.start(Map.of("archive_mode", "on"));
        archive = Files.createDirectory(folder.resolve("wal"));
        server.archive(archive);
        server.createDatabase(DATABASE);
        control = PostgresServer.get().createDatabase();
        scene = scene(server);
        scene.homes().createDirectory();
        application = scene.application();
        spoiled = shop(Tier.SCHEMA, LOST);
        neighbour = shop(Tier.SCHEMA, LOST);
        leaver = shop(Tier.SHARED, LOST);
        mover = shop(Tier.SHARED, LOST);
        arriver = shop(Tier.SHARED, PostgresServer.NAME);
        doomed = shop(Tier.SHARED, LOST);
        stored = shop(Tier.SCHEMA, LOST);
        backup = Files.createDirectory(folder.resolve("backup"));
        server.backUp(backup);
        for (TenantId tenant : all()) {
            RecoveryScene.addCustomer(application, tenant);
            then.put(tenant, RecoveryScene.customers(application, tenant));
        }
        server.mark(MOMENT);
        RecoveryScene.removeCustomers(application, spoiled);
        scene.move(leaver, home(leaver, Tier.SCHEMA, PostgresServer.NAME));
        scene.move(mover, home(mover, Tier.DATABASE, LOST));
        scene.moveUntil(arriver, home(arriver, Tier.SHARED, LOST), MovePhase.SOAK);
        scene.life().archive(stored, folder.resolve("archive"), RecoveryScene.PATIENCE, LifeListener.NONE);
        scene.life().delete(doomed, Optional.of(Duration.ZERO), RecoveryScene.PATIENCE, LifeListener.NONE);
        for (TenantId tenant : Set.of(neighbour, leaver, mover)) {
            RecoveryScene.addCustomer(application, tenant);
            later.put(tenant, RecoveryScene.customers(application, tenant));
        }
        server.mark("end");
        copy = OwnServer.restored(backup, archive, MOMENT, "pause");
        returned = OwnServer.restored(backup, archive, MOMENT, "promote");
    }

    @AfterAll
    void close() throws Exception {
        if (application != null) {
            application.close();
        }
        for (OwnServer each : new OwnServer[] {copy, returned, server}) {
            if (each != null) {
                each.close();
            }
        }
        if (control != null) {
            PostgresServer.get().dropDatabase(control);
        }
    }

    private RecoveryScene scene(OwnServer lost) throws Exception {
        Server first = PostgresServer.get().server(PostgresServer.NAME, "eu", control);
        return new RecoveryScene(StrategyText.of(Servers.of(first, asRehomeSeesIt(lost)))
                .migration("archive", folder.resolve("archive").toString())
                .read(folder.resolve("strategy-" + lost.port() + ".yaml")));
    }

    private static Server asRehomeSeesIt(OwnServer own) {
        Server plain = own.server(LOST);
        return new Server(LOST, "us", plain.url().withDatabase(DATABASE), plain.logins());
    }

    private TenantId[] all() {
        return new TenantId[] {spoiled, neighbour, leaver, mover, arriver, doomed, stored};
    }

    private TenantId shop(Tier tier, String on) throws SQLException {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        scene.life().create(tenant, "shop", home(tenant, tier, on));
        RecoveryScene.addCustomer(application, tenant);
        return tenant;
    }

    private Home home(TenantId tenant, Tier tier, String on) {
        return scene.strategy().homeFor(tenant, tier, on);
    }

    private TenantReturn.Report bringBack(TenantId tenant, boolean check) throws Exception {
        RestoredCopy restored = RestoredCopy.at(scene.strategy(), "postgresql://localhost:" + copy.port(), LOST);
        return new TenantReturn(scene.strategy(), scene.lives(), scene.life())
                .run(
                        new TenantReturn.Order(
                                tenant, restored, folder.resolve("files"), check, RecoveryScene.PATIENCE),
                        LifeListener.NONE);
    }

    @Test
    void oneTenantComesBackToTheMomentAndNobodyElseIsTouched() throws Exception {
        TenantReturn.Report checked = bringBack(spoiled, true);
        assertTrue(checked.asOf().isPresent());
        assertEquals(2, checked.rows());
        assertEquals(Set.of(), RecoveryScene.customers(application, spoiled));
        UUID present = RecoveryScene.addCustomer(application, spoiled);

        TenantReturn.Report report = bringBack(spoiled, false);

        assertEquals(of(then, spoiled), RecoveryScene.customers(application, spoiled));
        assertEquals(of(later, neighbour), RecoveryScene.customers(application, neighbour));
        Path kept = report.replaced().orElseThrow().kept();
        try (ExportFile opened = ExportFile.open(kept)) {
            assertEquals(1, opened.manifest().rows());
        }
        scene.life().replace(spoiled, kept, folder.resolve("files"), RecoveryScene.PATIENCE, LifeListener.NONE);
        assertEquals(Set.of(present), RecoveryScene.customers(application, spoiled));
    }

    @Test
    void aTenantThatHasMovedSinceComesBackWhereItLivesNowAndOneThatLivedElsewhereThenIsRefused() throws Exception {
        bringBack(leaver, false);
        assertEquals(of(then, leaver), RecoveryScene.customers(application, leaver));
        assertEquals(
                home(leaver, Tier.SCHEMA, PostgresServer.NAME),
                scene.directory().find(leaver).orElseThrow().home());

        RehomeException refused = assertThrows(RehomeException.class, () -> bringBack(arriver, false));
        assertEquals(ErrorKind.USER, refused.kind());
        assertTrue(String.valueOf(refused.getMessage()).contains("another server then"), refused.getMessage());

        TenantReturn.Report report = bringBack(doomed, true);
        assertTrue(report.next().orElseThrow().contains("tenant import"), () -> "" + report.next());
        RehomeException itself = assertThrows(
                RehomeException.class,
                () -> RestoredCopy.at(scene.strategy(), "postgresql://localhost:" + server.port(), LOST));
        assertEquals(ErrorKind.USER, itself.kind());
    }

    @Test
    void aServerThatCameBackFromThatMomentIsMadeToAgreeWithTheOthers() throws Exception {
        RecoveryScene after = scene(returned);
        Map<TenantId, Finding> found = findings(after, false);

        assertEquals(Change.HAD_LEFT, of(found, leaver).change());
        assertEquals(Change.HAD_MOVED_WITHIN, of(found, mover).change());
        assertEquals(Change.IN_MOVE, of(found, arriver).change());
        assertEquals(Change.HAD_GONE, of(found, doomed).change());
        assertFalse(found.containsKey(neighbour));
        Map<TenantId, Finding> mended = findings(after, true);
        assertTrue(of(mended, leaver).mended()
                && of(mended, mover).mended()
                && of(mended, doomed).mended());

        try (TenantConnections fresh = after.application()) {
            assertEquals(Set.of(), difference(of(then, neighbour), RecoveryScene.customers(fresh, neighbour)));
            assertEquals(of(then, mover), RecoveryScene.customers(fresh, mover));
            assertEquals(home(mover, Tier.SHARED, LOST), placement(after, mover).home());
            assertEquals(3, placement(after, mover).epoch().value());
            assertEquals(
                    home(leaver, Tier.SCHEMA, PostgresServer.NAME),
                    placement(after, leaver).home());
            assertTrue(difference(RecoveryScene.customers(fresh, leaver), of(later, leaver))
                    .isEmpty());
            assertEquals(
                    Set.of(home(leaver, Tier.SHARED, LOST)),
                    after.life().copies(leaver).keySet());
            after.life().removeCopies(leaver, LifeListener.NONE);
            assertEquals(Map.of(), after.life().copies(leaver));

            // Its old home, on the server that was not lost, was kept current.
            assertEquals(
                    ErrorKind.BUSY,
                    assertThrows(
                                    RehomeException.class,
                                    () -> after.homeChange()
                                            .settle(arriver, home(arriver, Tier.SHARED, PostgresServer.NAME), false))
                            .kind());
            after.homeChange().settle(arriver, home(arriver, Tier.SHARED, PostgresServer.NAME), true);
            assertEquals(of(then, arriver), RecoveryScene.customers(fresh, arriver));

            assertThrows(TenantArchivedException.class, () -> RecoveryScene.customers(fresh, stored));
            after.life().removeCopies(stored, LifeListener.NONE);
            after.life().restore(stored, Optional.of(home(stored, Tier.SCHEMA, LOST)), LifeListener.NONE);
            assertEquals(of(then, stored), RecoveryScene.customers(fresh, stored));

            assertThrows(UnknownTenantException.class, () -> RecoveryScene.customers(fresh, doomed));
            assertFalse(after.life().copies(doomed).isEmpty());
            assertEquals(
                    LifeState.DELETED,
                    after.life()
                            .deleteAgain(doomed, RecoveryScene.PATIENCE, LifeListener.NONE)
                            .state());
            assertEquals(Map.of(), after.life().copies(doomed));
        }
        assertEquals(Set.of(), difference(findings(after, false).keySet(), Set.of(spoiled)));
    }

    private static Placement placement(RecoveryScene after, TenantId tenant) {
        return after.directory().find(tenant).orElseThrow();
    }

    private static Map<TenantId, Finding> findings(RecoveryScene after, boolean mend) {
        Map<TenantId, Finding> findings = new LinkedHashMap<>();
        after.serverReturn()
                .run(LOST, mend, (done, total) -> {})
                .findings()
                .forEach(each -> findings.put(each.tenant(), each));
        return findings;
    }

    private static <T> Set<T> difference(Set<T> these, Set<T> others) {
        Set<T> left = new HashSet<>(these);
        left.removeAll(others);
        return left;
    }

    private static <V> V of(Map<TenantId, V> map, TenantId tenant) {
        return Objects.requireNonNull(map.get(tenant));
    }
}
