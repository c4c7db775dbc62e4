package dev.rehome.export;

import dev.rehome.backfill.HomeLoad.Sink;
import dev.rehome.capture.SequencePositions;
import dev.rehome.export.Manifest.Changeset;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.verify.Checksum;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** All rows of one tenant at one moment, wherever they are kept. Tables are named without schema. */
public interface Content {
    /** Which changesets made the tables. */
    List<Changeset> level();

    Set<String> tables();

    /** In the order in which they are fed, without the tenant's. */
    List<Column> columns(String table);

    /** Whether rows are fed in COPY's binary format, or as text. */
    boolean isBinary(String table);

    /** Writes the rows of a table. */
    void feed(String table, Sink sink) throws SQLException, IOException, InterruptedException;

    /** What a home that has the rows must compute. May be called while another table is fed by another thread. */
    Checksum checksum(String table) throws SQLException;

    SequencePositions sequences();
}
