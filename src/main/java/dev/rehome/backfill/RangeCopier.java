package dev.rehome.backfill;

import dev.rehome.jdbc.CopyPipe;
import dev.rehome.jdbc.CopyPipe.Piped;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGConnection;

/**
 * Copies ranges with two connections: one reads the snapshot at the source, the other commits at the target. Which way
 * the rows take is said at {@link #copy}.
 */
final class RangeCopier implements Crew.Worker {
    private static final int SAMPLED_ROWS = 1_000;

    private final TenantCopy copy;
    private final String snapshot;
    private final boolean resumed;
    private final Connection reader;
    private final Connection writer;
    private final Set<TenantTable> staged = new HashSet<>();
    private final Map<TenantTable, Double> rowBytes = new HashMap<>();

    private RangeCopier(TenantCopy copy, String snapshot, boolean resumed, Connection reader, Connection writer) {
        this.copy = copy;
        this.snapshot = snapshot;
        this.resumed = resumed;
        this.reader = reader;
        this.writer = writer;
    }

    /** @param resumed whether rows of a range may have arrived before it: those that changed meanwhile */
    static RangeCopier open(Servers servers, TenantCopy copy, String snapshot, boolean resumed) throws SQLException {
        Connection reader = servers.open(copy.source(), DatabaseRole.MOVER, Backfill.APPLICATION);
        try {
            MoverTransaction.beginAtSnapshot(reader, snapshot, copy.tenant().value());
            Connection writer = servers.open(copy.target(), DatabaseRole.MOVER, Backfill.APPLICATION);
            return new RangeCopier(copy, snapshot, resumed, reader, writer);
        } catch (SQLException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Copies the ranges in one transaction at the target. Within a database a fresh target is filled by the server alone.
     * A target with foreign keys is not: their checks, in a transaction as old as the snapshot, would not see the parents
     * that other transactions have committed since. COPY goes straight into a fresh table; row-level security refuses
     * that, so elsewhere it goes through a temporary one.
     */
    Piped copy(List<KeyRange> ranges) throws SQLException, InterruptedException {
        boolean inServer = ranges.stream().allMatch(range -> staysInServer(range.table()));
        try {
            if (inServer) {
                MoverTransaction.beginAtSnapshot(writer, snapshot, copy.tenant().value());
            } else {
                MoverTransaction.beginReadCommitted(writer, copy.tenant().value());
            }
            copy.lease().hold(writer); // R7
            long rows = 0;
            long bytes = 0;
            for (KeyRange range : ranges) {
                Piped copied = inServer ? insert(range) : copy.freshTarget() ? load(range) : stage(range);
                CopyPlan.mark(writer, copy.lease(), range, copied);
                rows += copied.rows();
                bytes += copied.bytes();
            }
            writer.commit();
            return new Piped(rows, bytes);
        } catch (SQLException | InterruptedException | RuntimeException e) {
            MoverTransaction.rollback(writer, e);
            throw e;
        }
    }

    /** Whether the rows never leave the server: both homes in one database, and no type that belongs to one of the homes. */
    private boolean staysInServer(TenantTable table) {
        return copy.freshTarget()
                && copy.source().inSameDatabaseAs(copy.target())
                && CopyPipe.areBinary(table.columns());
    }

    private Piped insert(KeyRange range) throws SQLException {
        range.bind(writer);
        try (Statement statement = writer.createStatement()) {
            long rows = statement.executeLargeUpdate(
                    into(range.table()) + range.select(copy.source().schema()));
            return new Piped(rows, Math.round(rows * averageRowBytes(range.table())));
        }
    }

    private double averageRowBytes(TenantTable table) throws SQLException {
        Double known = rowBytes.get(table);
        if (known != null) {
            return known;
        }
        String sql = "select coalesce(avg(pg_column_size(r)), 0) from (select " + table.columnList() + " from "
                + table.in(copy.source().schema()) + " where " + KeyRange.ofTenant(table) + " limit ?) r";
        try (PreparedStatement statement = writer.prepareStatement(sql)) {
            statement.setInt(1, SAMPLED_ROWS);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                rowBytes.put(table, row.getDouble(1));
                return row.getDouble(1);
            }
        }
    }

    private Piped load(KeyRange range) throws SQLException, InterruptedException {
        range.bind(reader);
        return CopyPipe.run(
                reader,
                range.select(copy.source().schema()),
                writer,
                range.table().in(copy.target().schema()),
                range.table().columns());
    }

    private Piped stage(KeyRange range) throws SQLException, InterruptedException {
        TenantTable table = range.table();
        String temporary = SqlNames.quote("pg_temp", table.name());
        try (Statement statement = writer.createStatement()) {
            if (staged.add(table)) {
                statement.execute("create temporary table " + temporary + " on commit delete rows as select "
                        + table.columnList() + " from " + table.in(copy.target().schema()) + " with no data");
            }
            range.bind(reader);
            Piped piped =
                    CopyPipe.run(reader, range.select(copy.source().schema()), writer, temporary, table.columns());
            statement.execute("set constraints all deferred");
            statement.execute(into(table) + "select " + table.columnList() + " from " + temporary
                    + (resumed ? unlessThere(table) : ""));
            statement.execute("truncate " + temporary);
            return piped;
        }
    }

    private String into(TenantTable table) {
        return "insert into " + table.in(copy.target().schema()) + " (" + table.columnList()
                + ") overriding system value ";
    }

    private static String unlessThere(TenantTable table) {
        return " on conflict ("
                + SqlNames.list(
                        table.key().stream().map(TenantTable.Column::name).toList()) + ") do nothing";
    }

    @Override
    public void cancel() throws SQLException {
        reader.unwrap(PGConnection.class).cancelQuery();
        writer.unwrap(PGConnection.class).cancelQuery();
    }

    @Override
    public void close() throws SQLException {
        try (reader) {
            writer.close();
        }
    }
}
