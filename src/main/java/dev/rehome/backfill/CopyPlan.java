package dev.rehome.backfill;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.CopyPipe.Piped;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Into which ranges a copy is divided, and which of them have arrived. Kept in the target's database, where a range is marked
 * by the transaction that brings its rows: so a copy that was cut off goes on with the ranges that are missing (R5).
 */
final class CopyPlan {
    private static final String READ = "select r.table_name, range_no, from_key, to_key,"
            + " coalesce(a.row_count, r.row_count), a.byte_count from rehome.backfill_range r"
            + " left join rehome.backfill_arrival a using (tenant_id, table_name, range_no)"
            + " where tenant_id = ? order by table_name, range_no";
    private static final String WRITE = "insert into rehome.backfill_range"
            + " (tenant_id, table_name, range_no, from_key, to_key, row_count) values (?, ?, ?, ?, ?, ?)";
    private static final String ARRIVED = "insert into rehome.backfill_arrival"
            + " (tenant_id, table_name, range_no, row_count, byte_count) values (?, ?, ?, ?, ?)";
    private static final List<String> FORGET = List.of(
            "delete from rehome.backfill_arrival where tenant_id = ?",
            "delete from rehome.backfill_range where tenant_id = ?");

    private final Map<TenantTable, List<KeyRange>> ranges;
    private final Map<KeyRange, Piped> arrived;

    private CopyPlan(Map<TenantTable, List<KeyRange>> ranges, Map<KeyRange, Piped> arrived) {
        this.ranges = ranges;
        this.arrived = arrived;
    }

    /** What an earlier run has written. Without any range if there was none. */
    static CopyPlan read(Connection target, Lease lease, TenantTables tables) throws SQLException {
        Map<TenantTable, List<KeyRange>> ranges = new LinkedHashMap<>();
        Map<KeyRange, Piped> arrived = new LinkedHashMap<>();
        try (PreparedStatement statement = target.prepareStatement(READ)) {
            statement.setObject(1, lease.tenant().value());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    TenantTable table = tables.get(row.getString(1));
                    KeyRange range = new KeyRange(
                            table, row.getInt(2), texts(row.getArray(3)), texts(row.getArray(4)), row.getLong(5));
                    ranges.computeIfAbsent(table, t -> new ArrayList<>()).add(range);
                    long bytes = row.getLong(6);
                    if (!row.wasNull()) {
                        arrived.put(range, new Piped(range.rows(), bytes));
                    }
                }
            }
        }
        return new CopyPlan(ranges, arrived);
    }

    /** Writes a new plan down, in a transaction of its own, over what an earlier move may have left. */
    static CopyPlan write(Connection target, Lease lease, Map<TenantTable, List<KeyRange>> ranges) throws SQLException {
        MoverTransaction.beginReadCommitted(target, lease.tenant().value());
        lease.hold(target); // R7
        forget(target, lease);
        try (PreparedStatement statement = target.prepareStatement(WRITE)) {
            for (List<KeyRange> ofTable : ranges.values()) {
                for (KeyRange range : ofTable) {
                    statement.setObject(1, lease.tenant().value());
                    statement.setString(2, range.table().name());
                    statement.setInt(3, range.number());
                    statement.setArray(
                            4, target.createArrayOf("text", range.from().toArray()));
                    statement.setArray(
                            5, target.createArrayOf("text", range.to().toArray()));
                    statement.setLong(6, range.rows());
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
        target.commit();
        return new CopyPlan(ranges, Map.of());
    }

    /** Forgets the tenant's plan, in the caller's transaction. */
    static void forget(Connection target, Lease lease) throws SQLException {
        for (String sql : FORGET) {
            try (PreparedStatement statement = target.prepareStatement(sql)) {
                statement.setObject(1, lease.tenant().value());
                statement.executeUpdate();
            }
        }
    }

    /** Marks a range as arrived, in the transaction that brings its rows. */
    static void mark(Connection target, Lease lease, KeyRange range, Piped copied) throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(ARRIVED)) {
            statement.setObject(1, lease.tenant().value());
            statement.setString(2, range.table().name());
            statement.setInt(3, range.number());
            statement.setLong(4, copied.rows());
            statement.setLong(5, copied.bytes());
            statement.executeUpdate();
        }
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    boolean isComplete() {
        return ranges.values().stream().allMatch(arrived.keySet()::containsAll);
    }

    /** The tables of which something has arrived. */
    Set<TenantTable> begun() {
        Set<TenantTable> begun = new HashSet<>();
        arrived.keySet().forEach(range -> begun.add(range.table()));
        return begun;
    }

    Iterable<Piped> arrived() {
        return arrived.values();
    }

    /** Those of the table's ranges that have not arrived. */
    List<KeyRange> missing(TenantTable table) {
        return ranges.getOrDefault(table, List.of()).stream()
                .filter(range -> !arrived.containsKey(range))
                .toList();
    }

    /** Rows of all ranges: those that arrived as they were counted then, the others as they were counted for the plan. */
    long rows() {
        return ranges.values().stream()
                .flatMap(List::stream)
                .mapToLong(KeyRange::rows)
                .sum();
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
