package dev.rehome.export;

import java.util.List;
import java.util.Map;

/**
 * What an export file has in it. The file is a zip: a part for each table in COPY's encoding, without the tenant's column, so that
 * it can be loaded for any tenant and can hold rows of one only; this manifest as JSON; and the manifest's SHA-256. Immutable.
 *
 * @param format always {@link #FORMAT}
 * @param version of the format: a file of another one is refused
 * @param exportedAt as ISO 8601, in UTC
 * @param home from which it was written, for people
 * @param changesets of the home's changelog, in the order in which they ran
 * @param tables parents before the tables that refer to them
 * @param sequences where each stood, by name
 */
public record Manifest(
        String format,
        int version,
        String tenant,
        String name,
        String exportedAt,
        String home,
        long epoch,
        String tenantColumn,
        List<Changeset> changesets,
        List<Part> tables,
        Map<String, Sequence> sequences) {
    static final String FORMAT = "rehome-export";
    static final int VERSION = 1;

    /** @param checksum as Liquibase keeps it */
    public record Changeset(String author, String id, String checksum) {}

    /** @param type as PostgreSQL's {@code format_type} writes it */
    public record ColumnType(String name, String type) {}

    /**
     * A table.
     *
     * @param columns in the order in which they are in the part, without the tenant's
     * @param encoding {@code binary} or {@code text}, as COPY has them
     * @param entry of the zip
     * @param bytes of the part, uncompressed
     * @param sha256 of the part, uncompressed, in hexadecimal digits
     * @param checksum the sum of the rows' hashes as servers compute them, which does not depend on their order
     */
    public record Part(
            String table,
            List<ColumnType> columns,
            String encoding,
            String entry,
            long rows,
            long bytes,
            String sha256,
            String checksum) {
        public Part {
            columns = List.copyOf(columns);
        }
    }

    /** @param called whether {@code last} has been drawn; else it is what will be drawn first */
    public record Sequence(long last, boolean called) {}

    public Manifest {
        changesets = List.copyOf(changesets);
        tables = List.copyOf(tables);
        sequences = Map.copyOf(sequences);
    }

    public long rows() {
        return tables.stream().mapToLong(Part::rows).sum();
    }

    public long bytes() {
        return tables.stream().mapToLong(Part::bytes).sum();
    }
}
