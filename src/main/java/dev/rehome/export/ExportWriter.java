package dev.rehome.export;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Manifest.ColumnType;
import dev.rehome.export.Manifest.Part;
import dev.rehome.export.Manifest.Sequence;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.verify.Checksum;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tenant's rows into one file. The file has its name only when it is whole and on the disk; only its owner may read it,
 * where the file system knows owners. Stateless and thread-safe.
 */
public final class ExportWriter {
    static final String MANIFEST = "manifest.json";
    static final String MANIFEST_DIGEST = "manifest.sha256";
    private static final int BUFFER_BYTES = 256 * 1024;

    private ExportWriter() {}

    /**
     * How a file is written.
     *
     * @param name of the tenant, for people
     * @param epoch of its placement
     * @param compressed whether it is to be small rather than quickly written
     * @param overwrite whether a file of this name may be replaced
     */
    public record Form(String name, long epoch, boolean compressed, boolean overwrite) {}

    /**
     * What was written.
     *
     * @param sha256 of the manifest, which has those of all parts in it: so it stands for the whole file
     */
    public record Written(Path file, String sha256, Manifest manifest) {}

    /**
     * Writes it. After a failure there is no file, and one that was there before stays.
     *
     * @throws RehomeException (USER) if there is a file of this name and it is not to be replaced; (EXTERNAL) if it cannot be
     *     written
     */
    public static Written write(TenantSnapshot snapshot, Form form, Path file, ExportListener listener)
            throws SQLException, InterruptedException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (!form.overwrite && Files.exists(file)) {
                throw exists(file);
            }
            Files.deleteIfExists(partial);
            boolean whole = false;
            try {
                Written written;
                try (FileChannel channel = FileChannel.open(
                                partial,
                                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                                PrivateFile.attributes(partial));
                        WideZip zip = new WideZip(Channels.newOutputStream(channel), form.compressed)) {
                    written = write(snapshot, form, file, zip, listener);
                    zip.finish();
                    channel.force(true);
                }
                Files.move(
                        partial,
                        file,
                        form.overwrite
                                ? new StandardCopyOption[] {
                                    StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING
                                }
                                : new StandardCopyOption[] {StandardCopyOption.ATOMIC_MOVE});
                whole = true;
                return written;
            } finally {
                if (!whole) {
                    Files.deleteIfExists(partial);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The file " + file + " could not be written: " + e
                            + ". Make room or name another folder, and try again.",
                    e);
        }
    }

    private static RehomeException exists(Path file) {
        return new RehomeException(
                ErrorKind.USER, "The file " + file + " is there already. Name another one, or have it overwritten.");
    }

    private static Written write(
            TenantSnapshot snapshot, Form form, Path file, ZipOutputStream zip, ExportListener listener)
            throws SQLException, IOException, InterruptedException {
        ExecutorService summing = Executors.newSingleThreadExecutor(task -> new Thread(task, "rehome-export-sums"));
        boolean done = false;
        try {
            Map<String, Future<Checksum>> sums = new LinkedHashMap<>();
            for (TenantTable table : snapshot.tenantTables()) {
                sums.put(table.name(), summing.submit(() -> snapshot.checksum(table.name())));
            }
            List<Part> parts = new ArrayList<>();
            long bytes = 0;
            for (TenantTable table : snapshot.tenantTables()) {
                PartWriter part = new PartWriter(zip, table.name(), bytes, listener);
                String entry = "tables/" + (parts.size() + 1) + ".copy";
                zip.putNextEntry(new ZipEntry(entry));
                long rows = snapshot.feed(table, part::write);
                part.flush();
                zip.closeEntry();
                bytes = part.bytesInAll();
                parts.add(part.describe(snapshot, entry, rows));
            }
            List<Part> summed = new ArrayList<>();
            for (Part part : parts) {
                summed.add(withChecksum(part, await(sums.get(part.table()))));
            }
            done = true;
            Manifest manifest = manifest(snapshot, form, summed);
            byte[] json = ManifestJson.write(manifest);
            String sha256 = HexFormat.of().formatHex(Digests.sha256().digest(json));
            entry(zip, MANIFEST, json);
            entry(zip, MANIFEST_DIGEST, sha256.getBytes(StandardCharsets.US_ASCII));
            return new Written(file, sha256, manifest);
        } finally {
            summing.shutdownNow();
            if (!done) {
                snapshot.cancelChecksum();
            }
        }
    }

    private static Checksum await(@Nullable Future<Checksum> sum) throws SQLException, InterruptedException {
        try {
            return Objects.requireNonNull(sum).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }

    private static Part withChecksum(Part part, Checksum checksum) {
        if (checksum.rows() != part.rows()) {
            throw new RehomeException(
                    ErrorKind.INVARIANT,
                    "Table " + part.table() + " has " + checksum.rows() + " rows in the snapshot, and " + part.rows()
                            + " were written. The file was not kept; report this.");
        }
        return new Part(
                part.table(),
                part.columns(),
                part.encoding(),
                part.entry(),
                part.rows(),
                part.bytes(),
                part.sha256(),
                checksum.sum().toString());
    }

    private static Manifest manifest(TenantSnapshot snapshot, Form form, List<Part> parts) {
        Map<String, Sequence> sequences = new LinkedHashMap<>();
        snapshot.sequences()
                .byName()
                .forEach((name, position) -> sequences.put(name, new Sequence(position.last(), position.called())));
        return new Manifest(
                Manifest.FORMAT,
                Manifest.VERSION,
                snapshot.tenant().toString(),
                form.name,
                Instant.now().toString(),
                snapshot.home().toString(),
                form.epoch,
                snapshot.tenantTables().parentsFirst().get(0).tenantColumn(),
                snapshot.level(),
                parts,
                sequences);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    /** A zip that takes more at once than the usual one. */
    private static final class WideZip extends ZipOutputStream {
        WideZip(OutputStream out, boolean compressed) {
            super(new BufferedOutputStream(out, BUFFER_BYTES));
            buf = new byte[BUFFER_BYTES];
            setLevel(compressed ? Deflater.BEST_SPEED : Deflater.NO_COMPRESSION);
        }

        @Override
        public void finish() throws IOException {
            super.finish();
            out.flush();
        }
    }

    /** One table's part. What is written is gathered first: rows are small. */
    private static final class PartWriter {
        private final ZipOutputStream zip;
        private final String table;
        private final long bytesBefore;
        private final ExportListener listener;
        private final MessageDigest digest = Digests.sha256();
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int filled;
        private long bytes;

        PartWriter(ZipOutputStream zip, String table, long bytesBefore, ExportListener listener) {
            this.zip = zip;
            this.table = table;
            this.bytesBefore = bytesBefore;
            this.listener = listener;
        }

        void write(byte[] row, int from, int length) {
            if (length > buffer.length - filled) {
                flush();
            }
            if (length > buffer.length) {
                pass(row, from, length);
            } else {
                System.arraycopy(row, from, buffer, filled, length);
                filled += length;
            }
        }

        void flush() {
            pass(buffer, 0, filled);
            filled = 0;
        }

        private void pass(byte[] from, int first, int length) {
            try {
                zip.write(from, first, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            digest.update(from, first, length);
            bytes += length;
            listener.progress(table, bytesInAll(), 0);
        }

        long bytesInAll() {
            return bytesBefore + bytes;
        }

        Part describe(TenantSnapshot snapshot, String entry, long rows) {
            return new Part(
                    table,
                    snapshot.columns(table).stream()
                            .map(column -> new ColumnType(column.name(), column.type()))
                            .toList(),
                    snapshot.isBinary(table) ? "binary" : "text",
                    entry,
                    rows,
                    bytes,
                    HexFormat.of().formatHex(digest.digest()),
                    "");
        }
    }
}
