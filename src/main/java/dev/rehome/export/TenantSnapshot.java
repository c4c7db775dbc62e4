package dev.rehome.export;

import dev.rehome.backfill.HomeLoad.Sink;
import dev.rehome.capture.SequencePositions;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Manifest.Changeset;
import dev.rehome.fence.Residency;
import dev.rehome.jdbc.CopyPipe;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Placement;
import dev.rehome.placement.Servers;
import dev.rehome.tenant.TenantId;
import dev.rehome.verify.Checksum;
import dev.rehome.verify.TenantChecksum;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * A tenant's rows in a home as they are at one moment, while they are being written: one snapshot, which two connections share.
 * One feeds rows, the other computes checksums; each is used by one thread at a time. Keeps the tables' shapes as they are, and the
 * server from cleaning up behind the snapshot, until it is closed.
 */
public final class TenantSnapshot implements Content, AutoCloseable {
    static final String APPLICATION = "rehome export";
    private static final int ATTEMPTS = 5;

    private final TenantId tenant;
    private final Home home;
    private final List<Changeset> level;
    private final TenantTables tables;
    private final Connection feeding;
    private final Connection summing;
    private final SequencePositions sequences;

    private TenantSnapshot(
            TenantId tenant,
            Home home,
            List<Changeset> level,
            TenantTables tables,
            Connection feeding,
            Connection summing,
            SequencePositions sequences) {
        this.tenant = tenant;
        this.home = home;
        this.level = level;
        this.tables = tables;
        this.feeding = feeding;
        this.summing = summing;
        this.sequences = sequences;
    }

    /**
     * Takes it, of the home that a tenant lives in.
     *
     * @throws RehomeException (STALE) if the tenant does not live there under this placement at that moment; (BUSY) if the home's
     *     schema is being changed
     */
    public static TenantSnapshot of(Servers servers, String tenantColumn, Placement placement) throws SQLException {
        TenantSnapshot snapshot = of(servers, tenantColumn, placement.tenant(), placement.home());
        try {
            if (!Residency.isHere(snapshot.feeding, placement) && !Residency.isSuspended(snapshot.feeding, placement)) {
                throw new RehomeException(
                        ErrorKind.STALE,
                        "Tenant " + placement.tenant() + " does not live in " + placement.home() + " at epoch "
                                + placement.epoch() + " any more: it was moved just now. Try again.");
            }
            return snapshot;
        } catch (SQLException | RuntimeException e) {
            closeAfter(e, snapshot.feeding, snapshot.summing);
            throw e;
        }
    }

    /** Takes it, of a home that has rows of the tenant, whether it lives there or not. */
    public static TenantSnapshot of(Servers servers, String tenantColumn, TenantId tenant, Home home)
            throws SQLException {
        for (int attempt = 1; ; attempt++) {
            List<Changeset> before = SchemaLevel.read(servers, home);
            TenantSnapshot snapshot = take(servers, tenantColumn, tenant, home, before);
            try {
                // The tables are locked by now. One that was rewritten behind the snapshot would look empty in it.
                if (SchemaLevel.read(servers, home).equals(before)) {
                    return snapshot;
                }
            } catch (SQLException | RuntimeException e) {
                closeAfter(e, snapshot.feeding, snapshot.summing);
                throw e;
            }
            snapshot.close();
            if (attempt == ATTEMPTS) {
                throw new RehomeException(
                        ErrorKind.BUSY, "The schema of " + home + " is being changed. Try again when that has ended.");
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the snapshot closes them
    private static TenantSnapshot take(
            Servers servers, String tenantColumn, TenantId tenant, Home home, List<Changeset> level)
            throws SQLException {
        Connection feeding = servers.open(home, DatabaseRole.MOVER, APPLICATION);
        Connection summing = null;
        try {
            TenantChecksum.prepare(feeding);
            MoverTransaction.beginRepeatableRead(feeding, tenant.value());
            TenantTables tables = TenantTables.read(feeding, home.schema(), tenantColumn);
            lock(feeding, home, tables);
            summing = servers.open(home, DatabaseRole.MOVER, APPLICATION);
            TenantChecksum.prepare(summing);
            MoverTransaction.beginAtSnapshot(summing, export(feeding), tenant.value());
            return new TenantSnapshot(
                    tenant, home, level, tables, feeding, summing, SequencePositions.read(feeding, home.schema()));
        } catch (SQLException | RuntimeException e) {
            closeAfter(e, feeding);
            if (summing != null) {
                closeAfter(e, summing);
            }
            throw e;
        }
    }

    private static void lock(Connection connection, Home home, TenantTables tables) throws SQLException {
        List<String> names = new ArrayList<>();
        for (TenantTable table : tables) {
            if (table.columns().size() < 2) {
                throw new RehomeException(
                        ErrorKind.CONFIGURATION,
                        "Table " + table.name()
                                + " has no column but the tenant's, and cannot be exported. Give it one.");
            }
            names.add(table.in(home.schema()));
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + String.join(", ", names) + " in access share mode");
        }
    }

    private static String export(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_export_snapshot()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static void closeAfter(Exception failure, Connection... connections) {
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
    }

    TenantId tenant() {
        return tenant;
    }

    Home home() {
        return home;
    }

    TenantTables tenantTables() {
        return tables;
    }

    @Override
    public List<Changeset> level() {
        return level;
    }

    @Override
    public Set<String> tables() {
        return tables.parentsFirst().stream().map(TenantTable::name).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Column> columns(String table) {
        TenantTable described = tables.get(table);
        return described.columns().stream()
                .filter(column -> !column.name().equals(described.tenantColumn()))
                .toList();
    }

    @Override
    public boolean isBinary(String table) {
        return CopyPipe.areBinary(columns(table));
    }

    @Override
    public void feed(String table, Sink sink) throws SQLException, InterruptedException {
        feed(tables.get(table), sink);
    }

    /** Returns how many rows these were. */
    long feed(TenantTable table, Sink sink) throws SQLException, InterruptedException {
        String names =
                SqlNames.list(columns(table.name()).stream().map(Column::name).toList());
        CopyOut out = feeding.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("copy (select " + names + " from " + table.in(home.schema()) + " where "
                        + SqlNames.quote(table.tenantColumn()) + " = current_setting('rehome.tenant')::uuid) to stdout"
                        + (isBinary(table.name()) ? " (format binary)" : " (format text)"));
        try {
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                sink.write(row, 0, row.length);
            }
            return out.getHandledRowCount();
        } catch (SQLException | InterruptedException | RuntimeException e) {
            try {
                if (out.isActive()) {
                    out.cancelCopy();
                }
            } catch (SQLException onCancel) {
                e.addSuppressed(onCancel);
            }
            throw e;
        }
    }

    @Override
    public Checksum checksum(String table) throws SQLException {
        return TenantChecksum.of(summing, tables.get(table), home.schema(), tenant);
    }

    /** Ends the checksum that is being computed, with an error in its thread. */
    void cancelChecksum() throws SQLException {
        summing.unwrap(PGConnection.class).cancelQuery();
    }

    @Override
    public SequencePositions sequences() {
        return sequences;
    }

    @Override
    public void close() throws SQLException {
        try (feeding) {
            summing.close();
        }
    }
}
