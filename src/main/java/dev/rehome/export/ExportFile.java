package dev.rehome.export;

import dev.rehome.backfill.HomeLoad.Sink;
import dev.rehome.capture.SequencePositions;
import dev.rehome.capture.SequencePositions.Position;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Manifest.Changeset;
import dev.rehome.export.Manifest.Part;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An export file that is being read. It may be damaged, or made to do harm: nothing of it is written to a disk, no name in it
 * is used as a path, no part may be longer than the manifest says, and no row counts before its part's SHA-256 has been found
 * right. What is wrong is a {@link RehomeException} (USER). Used by one thread at a time.
 */
public final class ExportFile implements Content, AutoCloseable {
    /** That of 10,000 tables has 4 MB. */
    private static final int LARGEST_MANIFEST_BYTES = 32 * 1024 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path file;
    private final ZipFile zip;
    private final Manifest manifest;
    private final String sha256;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private ExportFile(Path file, ZipFile zip) throws IOException {
        this.file = file;
        this.zip = zip;
        byte[] json = small(ExportWriter.MANIFEST, LARGEST_MANIFEST_BYTES);
        this.sha256 = HexFormat.of().formatHex(Digests.sha256().digest(json));
        String written = new String(small(ExportWriter.MANIFEST_DIGEST, sha256.length()), StandardCharsets.US_ASCII);
        if (!written.equals(sha256)) {
            throw damaged("its manifest is not the one that was written");
        }
        this.manifest = readManifest(json);
        for (Part part : manifest.tables()) {
            if (parts.put(part.table(), part) != null) {
                throw damaged("table " + part.table() + " is in it twice");
            }
        }
        requireEntries();
    }

    /** Opens it and reads its manifest; the rows are not looked at yet. */
    public static ExportFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RehomeException(ErrorKind.USER, "There is no file " + file + ". Name an export file.");
        }
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.USER,
                    file + " is not an export file, or its end is missing: " + e.getMessage()
                            + ". Nothing was done; use another copy.",
                    e);
        }
        try {
            return new ExportFile(file, zip);
        } catch (IOException e) {
            throw closeAfter(zip, unreadable(file, e));
        } catch (RuntimeException e) {
            throw closeAfter(zip, e);
        }
    }

    private static RuntimeException closeAfter(ZipFile zip, RuntimeException failure) {
        try {
            zip.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private Manifest readManifest(byte[] json) {
        Manifest read;
        try {
            read = ManifestJson.read(json);
        } catch (IOException e) {
            throw new RehomeException(
                    ErrorKind.USER,
                    file + " is not an export file of this version of Rehome: its manifest cannot be understood."
                            + " Nothing was done.",
                    e);
        }
        if (!read.format().equals(Manifest.FORMAT) || read.version() != Manifest.VERSION) {
            throw new RehomeException(
                    ErrorKind.USER,
                    file + " is of format '" + read.format() + "' version " + read.version() + ", and this is for '"
                            + Manifest.FORMAT + "' version " + Manifest.VERSION + ". Use the Rehome that wrote it.");
        }
        return read;
    }

    /** Exactly those that the manifest names, each once. */
    private void requireEntries() {
        Set<String> wanted = new HashSet<>(Set.of(ExportWriter.MANIFEST, ExportWriter.MANIFEST_DIGEST));
        for (Part part : manifest.tables()) {
            if (!wanted.add(part.entry())) {
                throw damaged("two tables share the part '" + part.entry() + "'");
            }
        }
        Set<String> there = new HashSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (!there.add(entry.getName())) {
                throw damaged("a part is in it twice");
            }
        }
        if (!there.equals(wanted)) {
            throw damaged("it has other parts than its manifest names");
        }
    }

    private byte[] small(String name, int limit) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new RehomeException(
                    ErrorKind.USER, file + " is not an export file: it has no " + name + ". Nothing was done.");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] content = in.readNBytes(limit + 1);
            if (content.length > limit) {
                throw damaged(name + " is too long");
            }
            return content;
        }
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The SHA-256 of the manifest, which has those of all parts in it: so it stands for the whole file. */
    public String sha256() {
        return sha256;
    }

    /** @throws RehomeException (USER) if the manifest's tenant is none */
    public TenantId tenant() {
        return TenantId.parse(manifest.tenant());
    }

    /** Reads everything, and returns if every byte is as it was written. Needs no database. */
    public void verify(ExportListener listener) throws InterruptedException {
        long before = 0;
        for (Part part : manifest.tables()) {
            long bytesBefore = before;
            long[] bytes = {0};
            try {
                feed(part.table(), (buffer, from, length) -> {
                    bytes[0] += length;
                    listener.progress(part.table(), bytesBefore + bytes[0], manifest.bytes());
                });
            } catch (IOException e) {
                throw unreadable(file, e);
            } catch (SQLException e) {
                throw new IllegalStateException("No database is asked here.", e);
            }
            before += part.bytes();
        }
    }

    @Override
    public List<Changeset> level() {
        return manifest.changesets();
    }

    @Override
    public Set<String> tables() {
        return parts.keySet();
    }

    @Override
    public List<Column> columns(String table) {
        return part(table).columns().stream()
                .map(column -> new Column(column.name(), column.type()))
                .toList();
    }

    @Override
    public boolean isBinary(String table) {
        String encoding = part(table).encoding();
        return switch (encoding) {
            case "binary" -> true;
            case "text" -> false;
            default -> throw damaged("table " + table + " is in the encoding '" + encoding + "', which there is not");
        };
    }

    @Override
    public void feed(String table, Sink sink) throws SQLException, IOException, InterruptedException {
        Part part = part(table);
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (InputStream in = Optional.ofNullable(zip.getInputStream(zip.getEntry(part.entry())))
                .orElseThrow(() -> damaged("a part is missing"))) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                bytes += length;
                if (bytes > part.bytes()) {
                    throw damaged("table " + table + " is longer than its manifest says");
                }
                digest.update(buffer, 0, length);
                sink.write(buffer, 0, length);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (bytes != part.bytes() || !HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
            throw damaged("table " + table + " is not as it was written");
        }
    }

    @Override
    public Checksum checksum(String table) {
        try {
            return new Checksum(part(table).rows(), new BigInteger(part(table).checksum()));
        } catch (NumberFormatException e) {
            throw damaged("the checksum of table " + table + " is no number");
        }
    }

    @Override
    public SequencePositions sequences() {
        Map<String, Position> positions = new HashMap<>();
        manifest.sequences()
                .forEach((name, sequence) -> positions.put(name, new Position(sequence.last(), sequence.called())));
        return new SequencePositions(positions);
    }

    private Part part(String table) {
        Part part = parts.get(table);
        if (part == null) {
            throw damaged("table " + table + " is missing");
        }
        return part;
    }

    private RehomeException damaged(String how) {
        return new RehomeException(
                ErrorKind.USER, file + " is damaged: " + how + ". Nothing of it was kept; use another copy.");
    }

    private static RehomeException unreadable(Path file, IOException e) {
        return new RehomeException(
                ErrorKind.USER,
                file + " is damaged: it cannot be read to its end (" + e.getMessage()
                        + "). Nothing of it was kept; use another copy.",
                e);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
