package dev.rehome.recovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.Retention;
import dev.rehome.connection.TenantConnections;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.life.BackupLog;
import dev.rehome.life.DeletionRecord.Place;
import dev.rehome.life.LifeListener;
import dev.rehome.life.LifeState;
import dev.rehome.move.Move;
import dev.rehome.move.MoveListener;
import dev.rehome.move.MovePhase;
import dev.rehome.move.SoakDecision;
import dev.rehome.placement.Tier;
import dev.rehome.recovery.NightlyExport.Order;
import dev.rehome.recovery.NightlyExport.Report;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.StrategyText;
import dev.rehome.testing.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightlyExportTest {
    private static final LocalDate NIGHT = LocalDate.parse("2026-11-27");

    @TempDir
    private Path folder;

    private TestFleet fleet;
    private RecoveryScene scene;
    private TenantConnections application;
    private Path exports;

    @BeforeEach
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        scene = new RecoveryScene(StrategyText.of(fleet.servers()).read(folder.resolve("strategy.yaml")));
        application = scene.application();
        exports = folder.resolve("exports");
    }

    @AfterEach
    void close() throws Exception {
        application.close();
        fleet.close();
    }

    private TenantId shop(Tier tier) throws Exception {
        TenantId tenant = fleet.createTenant(tier);
        RecoveryScene.addCustomer(application, tenant);
        return tenant;
    }

    private Report export(LocalDate night) throws Exception {
        return scene.nightlyExport()
                .run(new Order(exports, night, Retention.parse("2d"), 2, true, true), (done, total) -> {});
    }

    private Path file(LocalDate night, TenantId tenant) {
        return exports.resolve(night.toString()).resolve(tenant + ".zip");
    }

    @Test
    void everyTenantHasAFileThatBringsItBackAndWhoHasNoRowsIsLeftOut() throws Exception {
        TenantId shared = shop(Tier.SHARED);
        TenantId own = shop(Tier.DATABASE);
        TenantId archived = shop(Tier.SCHEMA);
        scene.life().archive(archived, folder.resolve("archive"), RecoveryScene.PATIENCE, LifeListener.NONE);
        TenantId suspended = shop(Tier.SCHEMA);
        scene.life().suspend(suspended, RecoveryScene.PATIENCE);
        TenantId soaking = shop(Tier.SHARED);
        Move move = scene.moveUntil(soaking, fleet.home(Tier.SCHEMA, soaking), MovePhase.SOAK);

        Report report = export(NIGHT);

        assertEquals(List.of(), report.failed());
        assertEquals(4, report.written());
        assertEquals(1, report.withoutRows());
        Set<UUID> before = RecoveryScene.customers(application, own);
        RecoveryScene.addCustomer(application, own);
        scene.life().replace(own, file(NIGHT, own), folder.resolve("kept"), RecoveryScene.PATIENCE, LifeListener.NONE);
        assertEquals(before, RecoveryScene.customers(application, own));
        assertTrue(scene.lives().entries(shared).stream()
                .noneMatch(entry -> entry.note().contains("zip")));
        scene.mover().run(move, MoveListener.NONE, SoakDecision.after(Duration.ZERO));
    }

    @Test
    void aRunThatWasCutOffGoesOnWithWhatIsMissingAndAPartialFileDoesNotCount() throws Exception {
        TenantId done = shop(Tier.SHARED);
        TenantId missing = shop(Tier.SHARED);
        TenantId torn = shop(Tier.SHARED);
        export(NIGHT);
        byte[] untouched = Files.readAllBytes(file(NIGHT, done));
        Files.move(file(NIGHT, missing), exports.resolve(NIGHT.toString()).resolve(missing + ".zip.partial"));
        byte[] whole = Files.readAllBytes(file(NIGHT, torn));
        Files.write(file(NIGHT, torn), Arrays.copyOf(whole, whole.length / 2));

        Report report = export(NIGHT);

        assertEquals(2, report.written());
        assertEquals(1, report.already());
        assertEquals(List.of(), report.failed());
        assertArrayEquals(untouched, Files.readAllBytes(file(NIGHT, done)));
        assertTrue(Files.isRegularFile(file(NIGHT, missing)));
        assertFalse(Files.exists(exports.resolve(NIGHT.toString()).resolve(missing + ".zip.partial")));
        try (ExportFile opened = ExportFile.open(file(NIGHT, torn))) {
            assertEquals(torn, opened.tenant());
        }
    }

    @Test
    void aTenantThatFailsIsNamedKeepsItsEarlierFilesAndStopsNobodyElse() throws Exception {
        TenantId good = shop(Tier.SHARED);
        TenantId bad = shop(Tier.SCHEMA);
        export(NIGHT.minusDays(9));
        export(NIGHT.minusDays(8));
        try (Connection connection = fleet.administrator(fleet.home(Tier.SCHEMA, bad));
                var statement = connection.createStatement()) {
            statement.execute("revoke select on customers from rehome_mover");
        }

        Report report = export(NIGHT);

        assertEquals(
                List.of(bad),
                report.failed().stream().map(NightlyExport.Failure::tenant).toList());
        assertTrue(Files.isRegularFile(file(NIGHT, good)));
        assertFalse(Files.exists(file(NIGHT.minusDays(9), good)));
        assertTrue(Files.isRegularFile(file(NIGHT.minusDays(9), bad)), "two are kept, and this is one of the last two");
        assertTrue(Files.isRegularFile(file(NIGHT.minusDays(8), bad)));
    }

    @Test
    void ifNoneOfTheFilesToBeKeptCanBeReadNoOlderOneGoes() throws Exception {
        TenantId tenant = shop(Tier.SHARED);
        for (int days = 4; days > 1; days--) {
            export(NIGHT.minusDays(days));
        }
        scene.life().archive(tenant, folder.resolve("archive"), RecoveryScene.PATIENCE, LifeListener.NONE);
        export(NIGHT);
        assertEquals(2, fileCount(tenant));
        Files.copy(file(NIGHT.minusDays(3), tenant), copy(NIGHT.minusDays(5), tenant));
        for (int days : new int[] {2, 3}) {
            Files.write(file(NIGHT.minusDays(days), tenant), new byte[] {1, 2, 3});
        }

        Report report = export(NIGHT);

        assertEquals(3, fileCount(tenant));
        assertEquals(1, report.remarks().size(), () -> "" + report.remarks());
        scene.life().restore(tenant, Optional.empty(), LifeListener.NONE);
    }

    private Path copy(LocalDate night, TenantId tenant) throws Exception {
        Files.createDirectories(exports.resolve(night.toString()));
        return file(night, tenant);
    }

    private int fileCount(TenantId tenant) {
        return Objects.requireNonNull(new BackupFolder(exports).files().get(tenant))
                .size();
    }

    @Test
    void aDeletionTakesTheFilesItReachesNamesTheOthersAndTheNextNightRemovesThose() throws Exception {
        TenantId tenant = shop(Tier.SHARED);
        export(NIGHT.minusDays(1));
        export(NIGHT);
        Path away = folder.resolve("elsewhere");
        Files.move(exports.resolve(NIGHT.toString()), away); // as on a machine that has not mounted it

        scene.life().delete(tenant, Optional.of(Duration.ZERO), RecoveryScene.PATIENCE, LifeListener.NONE);

        assertEquals(LifeState.DELETED, scene.life().show(tenant).state());
        assertFalse(Files.exists(file(NIGHT.minusDays(1), tenant)));
        assertEquals(Optional.of(0L), backup(tenant, NIGHT.minusDays(1)).remaining());
        assertEquals(Optional.of(1L), backup(tenant, NIGHT).remaining());
        Files.move(away, exports.resolve(NIGHT.toString()));
        Report report = export(NIGHT.plusDays(1));
        assertEquals(1, report.removedOfDeleted());
        assertFalse(Files.exists(file(NIGHT, tenant)));
        assertEquals(Optional.of(0L), backup(tenant, NIGHT).remaining());
        assertEquals(1, backup(tenant, NIGHT).removed());
        assertEquals(List.of(), new BackupLog(scene.connectionsToDirectory()).of(tenant));
    }

    private Place backup(TenantId tenant, LocalDate night) {
        return scene.life().deletion(tenant).orElseThrow().places().stream()
                .filter(place -> place.kind().equals("BACKUP"))
                .filter(place -> place.place().equals(file(night, tenant).toString()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSecondRunInTheSameFolderIsRefusedWhileOneIsUnderWay() throws Exception {
        try (BackupFolder held = BackupFolder.locked(exports)) {
            assertTrue(held.nights().isEmpty());
            assertEquals(
                    ErrorKind.BUSY,
                    assertThrows(RehomeException.class, () -> export(NIGHT)).kind());
        }
        assertEquals(0, export(NIGHT).written());
    }
}
