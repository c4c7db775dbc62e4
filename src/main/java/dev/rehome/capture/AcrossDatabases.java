package dev.rehome.capture;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.CopyPipe;
import dev.rehome.jdbc.Durability;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Homes in two databases. Few rows travel as texts of the whole row, bound to what writes them: one round trip to read all, one to
 * write all. Many travel through COPY into temporary tables, which live as long as the connection; so do their keys.
 * The target commits first. If the source then fails, the changes are still recorded and are applied once more.
 */
final class AcrossDatabases implements Applier {
    private static final String KEYS = "pg_temp.rehome_keys";
    private static final List<Column> KEY_COLUMNS =
            List.of(new Column("table_name", "text"), new Column("key", "text[]"));
    /** COPY takes no bound values; the tenant is that of the transaction. */
    private static final String CHANGED = "rehome.change where tenant_id = current_setting('rehome.tenant')::uuid";
    /** Of rows that are held in memory, here and at both servers. */
    private static final int FEW_BYTES = 4 << 20;

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

    /** @param tables as the source's connection describes them */
    static AcrossDatabases open(
            Servers servers,
            String tenantColumn,
            Lease lease,
            Connection source,
            TenantTables tables,
            Home from,
            Home to)
            throws SQLException {
        Connection target = CatchUp.connect(servers, to);
        try {
            Applier.requireSuitableForeignKeys(target, to.schema());
            Pipeline staging = new Pipeline(target)
                    .then("create temporary table rehome_keys (table_name text, key text[]) on commit delete rows");
            for (TenantTable table : tables) {
                // With the source's columns in their order, which a row's text is read by.
                staging.then("create temporary table " + staging(table) + " on commit delete rows as select "
                        + table.columnList() + " from " + table.in(to.schema()) + " with no data");
            }
            staging.execute();
            return new AcrossDatabases(
                    lease, source, target, from, to, TenantTables.read(target, to.schema(), tenantColumn));
        } catch (SQLException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    @Override
    public long apply(List<TenantTable> parentsFirst, TouchedKeys keys, Durability durability)
            throws SQLException, InterruptedException {
        try {
            Optional<Map<String, List<String>>> rows = keys.overflow() ? Optional.empty() : read(parentsFirst, keys);
            Pipeline beginning =
                    MoverTransaction.readCommitted(target, lease.tenant().value(), durability);
            lease.hold(beginning); // R7
            Applier.prepare(beginning);
            long written;
            if (rows.isPresent()) {
                written = write(beginning, parentsFirst, keys, rows.get());
            } else {
                beginning.execute();
                written = copy(parentsFirst);
            }
            target.commit();
            return written;
        } catch (SQLException | InterruptedException | RuntimeException e) {
            MoverTransaction.rollback(target, e);
            throw e;
        }
    }

    /** The text of each row that still exists, by table; empty if that is too much to be held in memory. */
    private Optional<Map<String, List<String>>> read(List<TenantTable> tables, TouchedKeys keys) throws SQLException {
        List<String> selects = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        parameters.add(FEW_BYTES);
        for (TenantTable table : tables) {
            selects.add("select cast(? as text) as t, cast(row(" + table.columnList("s") + ") as text) as r from "
                    + Applier.changedRows(table, from.schema(), Applier.givenKeys(table)));
            parameters.add(table.name());
            parameters.addAll(Applier.given(table, keys));
        }
        return new Pipeline(source)
                .then(
                        "select t, case when sum(octet_length(r)) over () <= ? then r end from ("
                                + String.join(" union all ", selects) + ") s",
                        parameters)
                .query(row -> {
                    Map<String, List<String>> rows = new HashMap<>();
                    while (row.next()) {
                        String text = row.getString(2);
                        if (text == null) {
                            return Optional.empty();
                        }
                        rows.computeIfAbsent(row.getString(1), k -> new ArrayList<>())
                                .add(text);
                    }
                    return Optional.of(rows);
                });
    }

    private long write(
            Pipeline pipeline, List<TenantTable> parentsFirst, TouchedKeys keys, Map<String, List<String>> rows)
            throws SQLException {
        for (TenantTable table : parentsFirst) {
            TenantTable there = atTarget.get(table.name());
            pipeline.then(Applier.delete(there, to.schema(), Applier.givenKeys(there)), Applier.given(there, keys));
        }
        int inserts = 0;
        for (TenantTable table : parentsFirst) {
            if (rows.containsKey(table.name())) {
                pipeline.then(insert(table, "unnest(cast(cast(? as text[]) as " + staging(table) + "[]))"), (Object)
                        rows.get(table.name()).toArray(String[]::new));
                inserts++;
            }
        }
        return Applier.written(pipeline, inserts);
    }

    private long copy(List<TenantTable> parentsFirst) throws SQLException, InterruptedException {
        CopyPipe.run(source, "select distinct table_name, key from " + CHANGED, target, KEYS, KEY_COLUMNS);
        Pipeline deletes = new Pipeline(target);
        for (TenantTable table : parentsFirst) {
            TenantTable there = atTarget.get(table.name());
            String keys = Applier.changedKeys(there, KEYS + " where table_name = ?");
            deletes.then(Applier.delete(there, to.schema(), keys), there.name());
        }
        deletes.execute();
        long written = 0;
        for (TenantTable table : parentsFirst) {
            String keys = Applier.changedKeys(table, CHANGED + " and table_name = " + SqlNames.literal(table.name()));
            String rows =
                    "select " + table.columnList("s") + " from " + Applier.changedRows(table, from.schema(), keys);
            CopyPipe.run(source, rows, target, staging(table), table.columns());
            written += Applier.written(new Pipeline(target).then(insert(table, staging(table))), 1);
        }
        return written;
    }

    private String insert(TenantTable table, String rows) {
        return Applier.insert(table, to.schema(), table.columnList(), rows);
    }

    private static String staging(TenantTable table) {
        return SqlNames.quote("pg_temp", table.name());
    }

    @Override
    public void close() throws SQLException {
        target.close();
    }
}
