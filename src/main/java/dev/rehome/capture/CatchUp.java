package dev.rehome.capture;

import dev.rehome.error.RehomeException;
import dev.rehome.fence.Lease;
import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Durability;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * Makes the target home what the source home has become, pass by pass. Not changes travel but states: a pass takes all
 * recorded changes and the rows they are about, as they are in one snapshot, so it can be repeated and does not depend on
 * the order in which transactions got their numbers or committed. Keeps its connections between passes, since the last one
 * runs inside the fence. Works in either direction. Not thread-safe, and only one at a time for a tenant.
 *
 * <p>Begin only when the backfill has committed: what was deleted before would rise again.
 */
public final class CatchUp implements AutoCloseable {
    static final String APPLICATION = "rehome catch-up";

    /** A home that no longer serves its tenant has nothing to tell: by then, the changes are those of another home (R1). */
    private static final String SEEN = """
            select table_name, key, sum(changes) over () as all_changes
              from (select table_name, key, count(*) as changes from rehome.change where tenant_id = ? group by table_name, key) c
             where exists (select from rehome.residency where tenant_id = ? and state = 'HERE' and schema_name = ?)
             limit ?""";

    private static final String FORGET = "delete from rehome.change where tenant_id = ?";

    /** As many are sent as they were read. What is recorded is read anew for each table where there are more, which takes less. */
    private static final int FEW_KEYS = 2_000;

    private final Lease lease;
    private final Connection source;
    private final String schema;
    private final TenantTables tables;
    private final Applier applier;

    private CatchUp(Lease lease, Connection source, String schema, TenantTables tables, Applier applier) {
        this.lease = lease;
        this.source = source;
        this.schema = schema;
        this.tables = tables;
        this.applier = applier;
    }

    /**
     * Connects to both homes. The target must have its keys.
     *
     * @throws RehomeException (CONFIGURATION) if replacing a row at the target would change the rows that refer to it
     */
    public static CatchUp open(Servers servers, String tenantColumn, Lease lease, Home from, Home to)
            throws SQLException {
        Connection source = connect(servers, from);
        try {
            TenantTables tables = TenantTables.read(source, from.schema(), tenantColumn);
            Applier applier = from.inSameDatabaseAs(to)
                    ? WithinDatabase.open(source, tenantColumn, lease.tenant(), from, to)
                    : AcrossDatabases.open(servers, tenantColumn, lease, source, tables, from, to);
            return new CatchUp(lease, source, from.schema(), tables, applier);
        } catch (SQLException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    static Connection connect(Servers servers, Home home) throws SQLException {
        Connection connection = servers.open(home, DatabaseRole.MOVER, APPLICATION);
        connection.unwrap(PGConnection.class).setPrepareThreshold(1);
        return connection;
    }

    /**
     * Applies what is recorded by now. A failure leaves the target as it was, or as after the pass with the changes still
     * recorded; the next pass repeats it then.
     */
    public CatchUpPass pass() throws SQLException, InterruptedException {
        return pass(source, Durability.FLUSHED);
    }

    /**
     * A pass while the tenant's fence is up, which waits for no disk. The changes are forgotten in the fence's transaction, so
     * what is applied here must be on the target's disk before that one commits: by any flushed commit there. If it does not
     * commit, they are still recorded. Another pass before its end has to be one of these, too.
     *
     * @param fence the connection to the source's database that holds the fence
     */
    public CatchUpPass pass(Connection fence) throws SQLException, InterruptedException {
        return pass(fence, Durability.WITH_NEXT);
    }

    private CatchUpPass pass(Connection forgetting, Durability durability) throws SQLException, InterruptedException {
        try {
            Pipeline beginning =
                    MoverTransaction.repeatableRead(source, lease.tenant().value(), durability);
            lease.hold(beginning); // R7: applied within the database, or forgotten at the source
            Seen seen = look(Applier.prepare(beginning));
            long rows = 0;
            if (seen.changes() > 0) {
                rows = applier.apply(
                        tables.parentsFirst().stream()
                                .filter(table -> seen.touched().overflow()
                                        || seen.touched().byTable().containsKey(table.name()))
                                .toList(),
                        seen.touched().count() <= FEW_KEYS ? seen.touched() : TouchedKeys.OVERFLOW,
                        durability);
                forget(forgetting);
            }
            source.commit();
            return new CatchUpPass(seen.changes(), rows, seen.touched());
        } catch (SQLException | InterruptedException | RuntimeException e) {
            MoverTransaction.rollback(source, e);
            throw e;
        }
    }

    /**
     * Makes the rows of these tables that are recorded as changed what they are in a snapshot, and keeps them recorded: for a
     * copy that goes on from that snapshot with some of these tables' rows older than it.
     *
     * @param snapshot as {@code pg_export_snapshot} returned it, in a transaction that is still open
     */
    public void refresh(String snapshot, Collection<TenantTable> begun) throws SQLException, InterruptedException {
        try {
            Pipeline beginning =
                    MoverTransaction.atSnapshot(source, snapshot, lease.tenant().value());
            lease.hold(beginning); // R7
            Applier.prepare(beginning).execute();
            applier.apply(
                    tables.parentsFirst().stream().filter(begun::contains).toList(),
                    TouchedKeys.OVERFLOW,
                    Durability.FLUSHED);
            source.commit();
        } catch (SQLException | InterruptedException | RuntimeException e) {
            MoverTransaction.rollback(source, e);
            throw e;
        }
    }

    private Seen look(Pipeline beginning) throws SQLException {
        UUID tenant = lease.tenant().value();
        return beginning
                .then(SEEN, tenant, tenant, schema, TouchedKeys.LIMIT + 1)
                .query(row -> {
                    Map<String, Set<List<String>>> keys = new HashMap<>();
                    long changes = 0;
                    int count = 0;
                    for (; row.next(); count++) {
                        keys.computeIfAbsent(row.getString(1), k -> new HashSet<>())
                                .add(List.of((String[]) row.getArray(2).getArray()));
                        changes = row.getLong(3);
                    }
                    return new Seen(
                            changes, count > TouchedKeys.LIMIT ? TouchedKeys.OVERFLOW : new TouchedKeys(keys, false));
                });
    }

    /**
     * Deletes the changes of this snapshot and no others: never by number, since numbers commit out of order. While the fence
     * is up there are no others.
     */
    private void forget(Connection connection) throws SQLException {
        new Pipeline(connection)
                .then(Applier.BY_INDEX)
                .then(FORGET, lease.tenant().value())
                .execute();
    }

    private record Seen(long changes, TouchedKeys touched) {}

    @Override
    public void close() throws SQLException {
        try (source) {
            applier.close();
        }
    }
}
