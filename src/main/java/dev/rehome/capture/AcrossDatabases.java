package dev.rehome.capture;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.CopyPipe;
import dev.rehome.jdbc.Durability;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Homes in two databases: rows travel through COPY into temporary tables, which live as long as the connection; so do keys
 * where there are many.
 * The target commits first. If the source then fails, the changes are still recorded and are applied once more.
 */
final class AcrossDatabases implements Applier {
    private static final String KEYS = "pg_temp.rehome_keys";
    private static final List<Column> KEY_COLUMNS =
            List.of(new Column("table_name", "text"), new Column("key", "text[]"));
    /** COPY takes no bound values; the tenant is that of the transaction. */
    private static final String CHANGED = "rehome.change where tenant_id = current_setting('rehome.tenant')::uuid";

    private final Lease lease;
    private final Connection source;
    private final Connection target;
    private final Home from;
    private final Home to;
    private final TenantTables atTarget;

    private AcrossDatabases(
            Lease lease, Connection source, Connection target, Home from, Home to, TenantTables atTarget) {
        this.lease = lease;
        this.source = source;
        this.target = target;
        this.from = from;
        this.to = to;
        this.atTarget = atTarget;
    }

    static AcrossDatabases open(
            Servers servers, String tenantColumn, Lease lease, Connection source, Home from, Home to)
            throws SQLException {
        Connection target = CatchUp.connect(servers, to);
        try (Statement statement = target.createStatement()) {
            Applier.requireSuitableForeignKeys(target, to.schema());
            TenantTables tables = TenantTables.read(target, to.schema(), tenantColumn);
            statement.execute("create temporary table rehome_keys (table_name text, key text[]) on commit delete rows");
            for (TenantTable table : tables) {
                statement.execute("create temporary table " + staging(table) + " on commit delete rows as select "
                        + table.columnList() + " from " + table.in(to.schema()) + " with no data");
            }
            return new AcrossDatabases(lease, source, target, from, to, tables);
        } catch (SQLException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    @Override
    public long apply(List<TenantTable> parentsFirst, TouchedKeys keys, Durability durability)
            throws SQLException, InterruptedException {
        try {
            MoverTransaction.beginReadCommitted(target, lease.tenant().value(), durability);
            lease.hold(target); // R7
            Applier.prepareTransaction(target);
            if (keys.overflow()) {
                CopyPipe.run(source, "select distinct table_name, key from " + CHANGED, target, KEYS, KEY_COLUMNS);
            }
            for (TenantTable table : parentsFirst) {
                delete(atTarget.get(table.name()), keys);
            }
            long rows = 0;
            for (TenantTable table : parentsFirst) {
                rows += insert(table, keys);
            }
            target.commit();
            return rows;
        } catch (SQLException | InterruptedException | RuntimeException e) {
            MoverTransaction.rollback(target, e);
            throw e;
        }
    }

    private void delete(TenantTable table, TouchedKeys keys) throws SQLException {
        String changed =
                keys.overflow() ? Applier.changedKeys(table, KEYS + " where table_name = ?") : Applier.givenKeys(table);
        String sql =
                "delete from " + table.in(to.schema()) + " t using " + changed + " where " + Applier.hasKey(table, "t");
        try (PreparedStatement statement = target.prepareStatement(sql)) {
            if (keys.overflow()) {
                statement.setString(1, table.name());
            } else {
                Applier.bindGiven(statement, table, keys);
            }
            statement.executeUpdate();
        }
    }

    private long insert(TenantTable table, TouchedKeys keys) throws SQLException, InterruptedException {
        String changed = keys.overflow()
                ? Applier.changedKeys(table, CHANGED + " and table_name = " + SqlNames.literal(table.name()))
                : Applier.givenKeys(table, literals(table, keys));
        String rows = "select " + table.columnList("s") + " from " + changed + " join " + table.in(from.schema())
                + " s on " + Applier.hasKey(table, "s");
        CopyPipe.run(source, rows, target, staging(table), table.columns());
        String sql = "insert into " + table.in(to.schema()) + " (" + table.columnList()
                + ") overriding system value select " + table.columnList() + " from " + staging(table);
        try (PreparedStatement statement = target.prepareStatement(sql)) {
            return statement.executeLargeUpdate();
        }
    }

    /** COPY takes no bound values. */
    private List<String> literals(TenantTable table, TouchedKeys keys) throws SQLException {
        PGConnection connection = source.unwrap(PGConnection.class);
        List<String> literals = new ArrayList<>();
        for (String[] texts :
                TouchedKeys.columns(keys.of(table.name()), table.key().size())) {
            literals.add("'"
                    + connection.escapeLiteral(
                            source.createArrayOf("text", texts).toString()) + "'");
        }
        return literals;
    }

    private static String staging(TenantTable table) {
        return SqlNames.quote("pg_temp", table.name());
    }

    @Override
    public void close() throws SQLException {
        target.close();
    }
}
