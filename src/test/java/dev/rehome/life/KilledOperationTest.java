package dev.rehome.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.export.ExportFile;
import dev.rehome.life.MortalServers.Killed;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations that are killed at any of their connections and commits, and repeated. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledOperationTest {
    @TempDir
    private static Path folder;

    private TestFleet fleet;
    private LifeScene scene;
    private Path file;
    private Map<String, String> content;

    @BeforeAll
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        scene = new LifeScene(fleet, folder);
        TenantId tenant = scene.createFull(Tier.SHARED);
        content = scene.content(tenant);
        file = folder.resolve("tenant.zip");
        scene.life().export(tenant, file, new FileForm(false, false), LifeListener.NONE);
    }

    @AfterAll
    void close() throws Exception {
        fleet.close();
    }

    /** Every point takes too long for each build: {@code -Dlife.stride=1} takes them all. */
    private static int stride(int usual) {
        return Integer.getInteger("life.stride", usual);
    }

    private interface Operation {
        void with(TenantLife life) throws InterruptedException;
    }

    /** Returns whether it was killed before its end. */
    private boolean killedAt(int point, Operation operation) throws Exception {
        MortalServers mortal = new MortalServers(point);
        TenantLife life = scene.life(fleet.servers().openedBy(mortal));
        try {
            operation.with(life);
        } catch (Killed expected) {
            assertTrue(mortal.wasKilled());
        }
        return mortal.wasKilled();
    }

    @ParameterizedTest
    @CsvSource({"SHARED, 3", "SCHEMA, 5"})
    void anImportThatWasKilledIsCleanedUpAndDoneByRepeatingIt(Tier tier, int usualStride) throws Exception {
        int killed = 0;
        boolean again = true;
        for (int point = 1; again; point += stride(usualStride)) {
            TenantId tenant = fleet.expectTenant();
            Home home = fleet.home(tier, tenant);
            again = killedAt(point, life -> life.importFile(tenant, file, Optional.empty(), home, LifeListener.NONE));
            killed += again ? 1 : 0;
            Optional<TenantRecord> left = scene.tools().journal().find(tenant);
            if (left.isEmpty() || left.get().unended().isPresent()) {
                scene.life().importFile(tenant, file, Optional.empty(), home, LifeListener.NONE);
            }
            assertEquals(content, scene.content(tenant), "killed at " + point);
            TenantRecord whole = scene.life().show(tenant);
            assertEquals(LifeState.ACTIVE, whole.state());
            assertEquals(Optional.empty(), whole.unended());
            assertEquals(0, fleet.count(home, "select count(*) from rehome.lease"));
            scene.life().delete(tenant, Optional.of(Duration.ZERO), LifeScene.PATIENCE, LifeListener.NONE);
        }
        assertTrue(killed > 3, killed + " kills");
    }

    @ParameterizedTest
    @CsvSource({"SHARED, 7", "DATABASE, 8"})
    void aDeletionThatWasKilledIsSignedOffByRepeatingIt(Tier tier, int usualStride) throws Exception {
        int killed = 0;
        boolean again = true;
        for (int point = 1; again; point += stride(usualStride)) {
            TenantId tenant = scene.createFull(tier);
            Home home = scene.home(tenant);
            Operation delete =
                    life -> life.delete(tenant, Optional.of(Duration.ZERO), LifeScene.PATIENCE, LifeListener.NONE);
            again = killedAt(point, delete);
            killed += again ? 1 : 0;
            delete.with(scene.life());
            DeletionRecord record = scene.life().deletion(tenant).orElseThrow();
            assertTrue(record.signedOff().isPresent(), "killed at " + point);
            assertTrue(
                    record.places().stream().allMatch(place -> place.remaining().equals(Optional.of(0L))));
            assertEquals(0, new Removal(scene.tools()).remaining(tenant, home));
            assertEquals(LifeState.DELETED, scene.life().show(tenant).state());
        }
        assertTrue(killed > 3, killed + " kills");
    }

    @ParameterizedTest
    @CsvSource({"SCHEMA, 6"})
    void anArchivalThatWasKilledLosesNothingAndEndsByRepeatingIt(Tier tier, int usualStride) throws Exception {
        int killed = 0;
        boolean again = true;
        for (int point = 1; again; point += stride(usualStride)) {
            TenantId tenant = scene.createFull(tier);
            Map<String, String> before = scene.content(tenant);
            Operation archive = life -> life.archive(tenant, scene.archives(), LifeScene.PATIENCE, LifeListener.NONE);
            again = killedAt(point, archive);
            killed += again ? 1 : 0;
            archive.with(scene.life());
            assertEquals(LifeState.ARCHIVED, scene.life().show(tenant).state());
            scene.life().restore(tenant, Optional.empty(), LifeListener.NONE);
            assertEquals(before, scene.content(tenant), "killed at " + point);
            assertFalse(scene.life().show(tenant).unended().isPresent());
            scene.life().delete(tenant, Optional.of(Duration.ZERO), LifeScene.PATIENCE, LifeListener.NONE);
        }
        assertTrue(killed > 3, killed + " kills");
    }

    @ParameterizedTest
    @CsvSource({"SHARED, 5", "SCHEMA, 6"})
    void aReplacementThatWasKilledIsResumedAsItWasOrDoneByRepeatingIt(Tier tier, int usualStride) throws Exception {
        int killed = 0;
        int resumed = 0;
        boolean again = true;
        for (int point = 1; again; point += stride(usualStride)) {
            TenantId tenant = scene.createFull(tier);
            Path earlier = folder.resolve(tenant + ".zip");
            Map<String, String> then = scene.content(tenant);
            scene.life().export(tenant, earlier, new FileForm(false, false), LifeListener.NONE);
            scene.administer(scene.home(tenant), "delete from order_items where storefront_id = '" + tenant + "'");
            Map<String, String> present = scene.content(tenant);
            Operation replace =
                    life -> life.replace(tenant, earlier, scene.archives(), LifeScene.PATIENCE, LifeListener.NONE);
            again = killedAt(point, replace);
            killed += again ? 1 : 0;
            TenantRecord left = scene.life().show(tenant);
            if (left.unended().isPresent() && left.step().isEmpty()) {
                resumed++;
                scene.life().resume(tenant, LifeScene.PATIENCE);
                assertEquals(present, scene.content(tenant), "killed at " + point);
            }
            if (again) {
                replace.with(scene.life());
            }
            assertEquals(then, scene.content(tenant), "killed at " + point);
            TenantRecord whole = scene.life().show(tenant);
            assertEquals(LifeState.ACTIVE, whole.state());
            assertEquals(Optional.empty(), whole.unended());
            assertEquals(0, fleet.count(scene.home(tenant), "select count(*) from rehome.lease"));
            try (ExportFile kept = ExportFile.open(scene.archives().resolve(tenant + "-replaced-1.zip"))) {
                assertEquals(0, kept.checksum("order_items").rows());
            }
        }
        assertTrue(killed > 3 && resumed > 0, killed + " kills, " + resumed + " resumed");
    }
}
