package dev.rehome.export;

import dev.rehome.backfill.HomeLoad;
import dev.rehome.backfill.HomeLoad.Rows;
import dev.rehome.backfill.HomeLoad.Sink;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.export.Manifest.Changeset;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.verify.Checksum;
import dev.rehome.verify.TenantChecksum;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fills a home with a tenant's content and proves that it has arrived: the home's changelog has to be at the content's level, its
 * tables have to have the same columns, and its server has to compute the same checksums over what it was given. For one use.
 */
public final class Arrival {
    private static final int NAMED_CHANGESETS = 5;

    private final Servers servers;
    private final String tenantColumn;
    private final int workers;

    /** @param workers connections that build indexes at the same time */
    public Arrival(Servers servers, String tenantColumn, int workers) {
        this.servers = servers;
        this.tenantColumn = tenantColumn;
        this.workers = workers;
    }

    /**
     * Fills it. A shared home has nothing of the tenant after a failure; one of its own is to be dropped.
     *
     * @param lease claimed at the home, of the tenant that the rows are to be of
     * @param home with its tables, without row-level security if it is the tenant's own
     * @return how many rows
     * @throws RehomeException (USER) if the content does not fit, or is not what it says
     */
    public long fill(Lease lease, Home home, Content content, ExportListener listener)
            throws SQLException, InterruptedException {
        TenantTables tables = requireFit(home, content);
        long[] rows = {0};
        try {
            new HomeLoad(servers, lease, home, tables, workers)
                    .run(new Feed(content, listener), (connection, table) -> {
                        TenantChecksum.prepare(connection);
                        Checksum here = TenantChecksum.of(connection, table, home.schema(), lease.tenant());
                        requireEqual(home, table, content.checksum(table.name()), here);
                        rows[0] += here.rows();
                    });
            raiseSequences(lease, home, content);
        } catch (IOException e) {
            throw new RehomeException(ErrorKind.USER, "The content cannot be read: " + e.getMessage() + ".", e);
        } catch (SQLException e) {
            if (SqlState.isBadData(e)) {
                throw new RehomeException(
                        ErrorKind.USER,
                        "Rows that " + home + " does not take (SQLSTATE " + e.getSQLState()
                                + "): the file is damaged, or not for these tables. Nothing of it was kept.",
                        e);
            }
            throw e;
        }
        return rows[0];
    }

    /**
     * Looks whether the home could take the content, and changes nothing.
     *
     * @throws RehomeException (USER) if the content is of another level of the changelog, or of other tables
     */
    public TenantTables requireFit(Home home, Content content) throws SQLException {
        requireLevel(home, content);
        TenantTables tables;
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, TenantSnapshot.APPLICATION)) {
            tables = TenantTables.read(connection, home.schema(), tenantColumn);
        }
        requireTables(home, tables, content);
        return tables;
    }

    private void requireLevel(Home home, Content content) throws SQLException {
        Set<Changeset> here = new HashSet<>(SchemaLevel.read(servers, home));
        Set<Changeset> there = new HashSet<>(content.level());
        if (!here.equals(there)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "The content is of another level of the changelog than " + home + "."
                            + only("Only there", there, here)
                            + only("Only here", here, there)
                            + " Bring the home, or what the content comes from, to the same level.");
        }
    }

    private static String only(String where, Set<Changeset> these, Set<Changeset> others) {
        Set<String> missing = new TreeSet<>();
        these.stream()
                .filter(changeset -> !others.contains(changeset))
                .forEach(changeset -> missing.add(changeset.author() + ":" + changeset.id()));
        return missing.isEmpty()
                ? ""
                : " " + where + ": "
                        + String.join(
                                ", ", missing.stream().limit(NAMED_CHANGESETS).toList())
                        + (missing.size() > NAMED_CHANGESETS ? ", ..." : "") + ".";
    }

    private static void requireTables(Home home, TenantTables tables, Content content) {
        List<String> problems = new ArrayList<>();
        Set<String> here = new HashSet<>();
        for (TenantTable table : tables) {
            here.add(table.name());
            if (!content.tables().contains(table.name())) {
                problems.add("it lacks table " + table.name());
                continue;
            }
            List<Column> given = content.columns(table.name());
            if (given.stream().anyMatch(column -> column.name().equals(table.tenantColumn()))) {
                problems.add("table " + table.name() + " says by itself whose rows it has");
            }
            Set<Column> wanted = new HashSet<>(table.columns());
            wanted.removeIf(column -> column.name().equals(table.tenantColumn()));
            if (given.size() != wanted.size() || !wanted.equals(new HashSet<>(given))) {
                problems.add("table " + table.name() + " has other columns");
            }
        }
        content.tables().stream()
                .filter(name -> !here.contains(name))
                .forEach(name -> problems.add("it has a table " + name + ", which is not there"));
        if (!problems.isEmpty()) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "The content does not fit " + home + ": " + String.join("; ", problems)
                            + ". Nothing of it was kept.");
        }
    }

    private static void requireEqual(Home home, TenantTable table, Checksum given, Checksum here) {
        if (!given.equals(here)) {
            throw new RehomeException(
                    ErrorKind.USER,
                    "Table " + table.name() + " has other rows in " + home + " (" + here.rows()
                            + ") than its content says (" + given.rows()
                            + "): it is damaged, or the tenant had rows there before. Nothing of it was kept.");
        }
    }

    private void raiseSequences(Lease lease, Home home, Content content) throws SQLException {
        try (Connection connection = servers.open(home, DatabaseRole.MOVER, TenantSnapshot.APPLICATION)) {
            connection.setAutoCommit(false);
            lease.hold(connection);
            content.sequences().raise(connection, home.schema());
            connection.commit();
        }
    }

    /** The content as a load takes it. */
    private static final class Feed implements Rows {
        private final Content content;
        private final ExportListener listener;
        private long bytes;

        Feed(Content content, ExportListener listener) {
            this.content = content;
            this.listener = listener;
        }

        @Override
        public List<Column> columns(TenantTable table) {
            return content.columns(table.name());
        }

        @Override
        public boolean isBinary(TenantTable table) {
            return content.isBinary(table.name());
        }

        @Override
        public void feed(TenantTable table, Sink sink) throws SQLException, IOException, InterruptedException {
            content.feed(table.name(), (buffer, from, length) -> {
                sink.write(buffer, from, length);
                bytes += length;
                listener.progress(table.name(), bytes, 0);
            });
        }
    }
}
