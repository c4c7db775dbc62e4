package dev.rehome.life;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.ExportFile;
import dev.rehome.export.ExportListener;
import dev.rehome.life.TenantLife.FileForm;
import dev.rehome.placement.Home;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import dev.rehome.testing.TestFleet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are damaged, or made to do harm by somebody who can compute every hash in them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFileTest {
    private static final String MANIFEST = "manifest.json";
    private static final String DIGEST = "manifest.sha256";
    private static final int BOMB_BYTES = 200_000_000;

    @TempDir
    private static Path folder;

    private TestFleet fleet;
    private LifeScene scene;
    private Path good;

    @BeforeAll
    void open() throws Exception {
        fleet = TestFleet.onPostgres();
        scene = new LifeScene(fleet, folder);
        TenantId tenant = scene.createFull(Tier.SHARED);
        good = folder.resolve("good.zip");
        scene.life().export(tenant, good, new FileForm(false, false), LifeListener.NONE);
    }

    @AfterAll
    void close() throws Exception {
        fleet.close();
    }

    @Test
    void aFileThatEndsTooEarlyIsRefusedWhereverItEnds() throws Exception {
        byte[] bytes = Files.readAllBytes(good);
        for (int length = 0; length < bytes.length; length += bytes.length / 50) {
            Path file = Files.write(folder.resolve("short.zip"), Arrays.copyOf(bytes, length));
            assertRefusedOffline(file);
        }
    }

    @Test
    void aFlippedBitIsFoundOrMakesNoDifference() throws Exception {
        byte[] bytes = Files.readAllBytes(good);
        int refused = 0;
        int flips = 400;
        for (int i = 0; i < flips; i++) {
            int at = (int) ((long) i * bytes.length / flips);
            bytes[at] ^= (byte) (1 << (i % 8));
            Path file = Files.write(folder.resolve("flipped.zip"), bytes);
            refused += isRefused(file) ? 1 : 0;
            bytes[at] ^= (byte) (1 << (i % 8));
        }
        assertTrue(refused > flips * 0.9, refused + " of " + flips);
    }

    /** Else everything in it is as it was: the bit was one that nobody reads, such as a part's time of day. */
    private boolean isRefused(Path file) throws Exception {
        try (ExportFile flipped = ExportFile.open(file);
                ExportFile original = ExportFile.open(good)) {
            flipped.verify(ExportListener.NONE);
            assertEquals(original.sha256(), flipped.sha256());
            return false;
        } catch (RehomeException e) {
            assertEquals(ErrorKind.USER, e.kind());
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatSaysByItselfWhoseRowsItHasIsRefused(Tier tier) throws Exception {
        assertRefused(
                tier, forge(manifest -> manifest.replaceFirst("\"external_id\"", "\"storefront_id\"")), "whose rows");
    }

    @ParameterizedTest
    @EnumSource
    void aFileOfAnotherLevelIsRefusedAndSaysWhatDiffers(Tier tier) throws Exception {
        assertRefused(tier, forge(manifest -> manifest.replaceFirst("\"odd\"", "\"newer\"")), "test:newer");
    }

    @ParameterizedTest
    @EnumSource
    void aFileWhoseRowsHaveOtherChecksumsInTheServerIsRefused(Tier tier) throws Exception {
        assertRefused(
                tier,
                forge(manifest -> manifest.replaceFirst("(\"checksum\" : \")[-0-9]+\"", "$112345\"")),
                "other rows");
    }

    @ParameterizedTest
    @EnumSource
    void aFileWhoseRowsAreNotRowsIsRefused(Tier tier) throws Exception {
        Map<String, byte[]> parts = read();
        byte[] rows = Objects.requireNonNull(parts.get("tables/1.copy")).clone();
        rows[rows.length / 2] ^= 0x55;
        parts.put("tables/1.copy", rows);
        String manifest = text(parts, MANIFEST);
        String before = sha256(Objects.requireNonNull(read().get("tables/1.copy")));
        assertTrue(manifest.contains(before));
        parts.put(MANIFEST, manifest.replace(before, sha256(rows)).getBytes(StandardCharsets.UTF_8));
        assertRefused(tier, write(parts), "");
    }

    @Test
    void aPartThatUnpacksToMoreThanTheManifestSaysIsNotUnpacked() throws Exception {
        Map<String, byte[]> parts = read();
        parts.put("tables/1.copy", new byte[BOMB_BYTES]);
        Path file = write(parts);
        assertTrue(Files.size(file) < BOMB_BYTES / 100);
        assertTrue(assertRefusedOffline(file).contains("longer than its manifest says"));
    }

    @Test
    void aPartBesideThoseOfTheManifestIsRefusedAndNoNameIsUsedAsAPath() throws Exception {
        Map<String, byte[]> parts = read();
        parts.put("../../evil", new byte[] {1});
        assertRefusedOffline(write(parts));
        Map<String, byte[]> renamed = read();
        byte[] rows = Objects.requireNonNull(renamed.remove("tables/1.copy"));
        renamed.put("../../evil", rows);
        renamed.put(
                MANIFEST,
                text(renamed, MANIFEST).replace("tables/1.copy", "../../evil").getBytes(StandardCharsets.UTF_8));
        Path file = write(renamed);
        try (ExportFile opened = ExportFile.open(file)) {
            opened.verify(ExportListener.NONE);
        }
        assertFalse(Files.exists(folder.resolve("../../evil")));
    }

    @Test
    void aManifestThatCannotBeUnderstoodIsRefused() throws Exception {
        for (String json : new String[] {"", "[]", "{}", "null", "{\"format\": \"rehome-export\", \"version\": 1}"}) {
            Map<String, byte[]> parts = read();
            parts.put(MANIFEST, json.getBytes(StandardCharsets.UTF_8));
            assertRefusedOffline(write(parts));
        }
        assertRefusedOffline(forge(manifest -> manifest.replace("\"version\" : 1", "\"version\" : 2")));
        assertRefusedOffline(forge(manifest -> manifest.replaceFirst("\\{", "{ \"more\" : 1,")));
    }

    private String assertRefusedOffline(Path file) {
        RehomeException refused = assertThrows(RehomeException.class, () -> {
            try (ExportFile opened = ExportFile.open(file)) {
                opened.verify(ExportListener.NONE);
            }
        });
        assertEquals(ErrorKind.USER, refused.kind());
        return refused.getMessage();
    }

    /** Nothing of it is left anywhere, and the id is as free as before. */
    private void assertRefused(Tier tier, Path file, String reason) throws Exception {
        TenantId tenant = TenantId.of(UUID.randomUUID());
        Home home = fleet.home(tier, tenant);
        RehomeException refused = assertThrows(
                RehomeException.class,
                () -> scene.life().importFile(tenant, file, Optional.empty(), home, LifeListener.NONE));
        assertEquals(ErrorKind.USER, refused.kind(), refused.getMessage());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        Removal removal = new Removal(scene.tools());
        assertEquals(0, removal.remaining(tenant, home));
        assertEquals(0, removal.remaining(tenant, home.database()));
        assertEquals(Optional.empty(), scene.tools().journal().find(tenant));
    }

    private interface Forgery {
        String of(String manifest);
    }

    private Path forge(Forgery forgery) throws Exception {
        Map<String, byte[]> parts = read();
        String manifest = text(parts, MANIFEST);
        String forged = forgery.of(manifest);
        assertFalse(manifest.equals(forged), "nothing was forged");
        parts.put(MANIFEST, forged.getBytes(StandardCharsets.UTF_8));
        return write(parts);
    }

    private static String text(Map<String, byte[]> parts, String name) {
        return new String(Objects.requireNonNull(parts.get(name)), StandardCharsets.UTF_8);
    }

    private Map<String, byte[]> read() throws IOException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(good.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                parts.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        assertArrayEquals(
                sha256(Objects.requireNonNull(parts.get(MANIFEST))).getBytes(StandardCharsets.US_ASCII),
                parts.get(DIGEST));
        return parts;
    }

    private Path write(Map<String, byte[]> parts) throws Exception {
        parts.put(DIGEST, sha256(Objects.requireNonNull(parts.get(MANIFEST))).getBytes(StandardCharsets.US_ASCII));
        Path file = folder.resolve("forged.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
