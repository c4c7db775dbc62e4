package dev.rehome.capture;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.Durability;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.SchemaRelations;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TouchedKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings rows to the target, within a pass: all that are recorded as changed are deleted, then those that still exist at
 * the source are inserted. Deleting all of them first lets rows swap a unique value; foreign keys wait for the commit.
 */
interface Applier extends AutoCloseable {

    /**
     * Applies the changes of these tables, given parents first. Called in the source's transaction, which was {@link
     * #prepare prepared}; if the target has a transaction of its own, it is committed on return.
     *
     * @param keys whose rows; after an overflow those that are recorded
     * @param durability of that commit
     * @return how many rows were inserted
     */
    long apply(List<TenantTable> parentsFirst, TouchedKeys keys, Durability durability)
            throws SQLException, InterruptedException;

    @Override
    void close() throws SQLException;

    /**
     * For the rest of the transaction rows are looked up by key one by one: a pass is about few rows of large tables, and old
     * statistics must not make it read these whole, inside the fence. Nor by bitmaps: a plain scan of an index notes in it which
     * entries are dead, and where changes are recorded and forgotten all the time most are.
     */
    String BY_INDEX =
            "set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off;"
                    + " set local enable_bitmapscan = off";

    /** What a pass's transaction begins with: as {@link #BY_INDEX} says; foreign keys are checked at its end. */
    static Pipeline prepare(Pipeline beginning) {
        return beginning.then("set constraints all deferred").then(BY_INDEX);
    }

    /**
     * The subquery {@code c} of the distinct changed keys, cast to their types. Cast here and not where rows are looked up:
     * row-level security lets a condition use the index only if it cannot leak what it sees, and a cast may, in its error. That
     * they are distinct keeps the casts where they are written.
     *
     * @param changed from where and under which condition the column {@code key} is read
     */
    static String changedKeys(TenantTable table, String changed) {
        List<String> casts = new ArrayList<>();
        for (TenantTable.Column column : table.key()) {
            int i = casts.size() + 1;
            casts.add("key[" + i + "]::" + column.type() + " as k" + i);
        }
        return "(select distinct " + String.join(", ", casts) + " from " + changed + ") c";
    }

    /** As {@link #changedKeys}, of keys that are bound as {@link #given} says. */
    static String givenKeys(TenantTable table) {
        List<String> casts = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (TenantTable.Column column : table.key()) {
            String name = "k" + (casts.size() + 1);
            casts.add("w." + name + "::" + column.type() + " as " + name);
            arrays.add("cast(? as text[])");
            names.add(name);
        }
        return "(select distinct " + String.join(", ", casts) + " from unnest(" + String.join(", ", arrays) + ") as w ("
                + String.join(", ", names) + ")) c";
    }

    /** The table's keys as they are bound: an array of texts for each of their columns. */
    static List<String[]> given(TenantTable table, TouchedKeys keys) {
        return TouchedKeys.columns(keys.of(table.name()), table.key().size());
    }

    /** A statement that deletes the rows with these keys. */
    static String delete(TenantTable table, String schema, String changedKeys) {
        return "delete from " + table.in(schema) + " t using " + changedKeys + " where " + hasKey(table, "t");
    }

    /**
     * A statement that inserts rows as they are.
     *
     * @param values for all columns, in the table's order, out of the rows
     * @param rows an item of a {@code FROM} list
     */
    static String insert(TenantTable table, String schema, String values, String rows) {
        return "insert into " + table.in(schema) + " (" + table.columnList() + ") overriding system value select "
                + values + " from " + rows;
    }

    /** An item of a {@code FROM} list: the rows {@code s} with these keys that there are. */
    static String changedRows(TenantTable table, String schema, String changedKeys) {
        return changedKeys + " join " + table.in(schema) + " s on " + hasKey(table, "s");
    }

    /** Runs the pipeline. Returns how many rows its last statements have written, so many of them. */
    static long written(Pipeline pipeline, int last) throws SQLException {
        List<Long> written = pipeline.execute();
        return written.subList(written.size() - last, written.size()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The condition that the alias's row has the key that {@link #changedKeys} has. */
    private static String hasKey(TenantTable table, String alias) {
        List<String> equal = new ArrayList<>();
        for (TenantTable.Column column : table.key()) {
            equal.add(alias + "." + SqlNames.quote(column.name()) + " = c.k" + (equal.size() + 1));
        }
        return String.join(" and ", equal);
    }

    /** @throws RehomeException (CONFIGURATION) if a foreign key of the schema is not {@code NO ACTION DEFERRABLE} */
    static void requireSuitableForeignKeys(Connection connection, String schema) throws SQLException {
        String sql = SchemaRelations.ofNamed("""
                select c.relname, k.conname
                  from ${relations} c
                  join pg_constraint k on k.conrelid = c.oid
                 where k.contype = 'f' and (k.confdeltype <> 'a' or not k.condeferrable)
                 order by 1, 2 limit 1""");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw new RehomeException(
                            ErrorKind.CONFIGURATION,
                            "Foreign key " + row.getString(2) + " of table " + schema + "." + row.getString(1)
                                    + " would delete or refuse while a row is being replaced."
                                    + " Make it ON DELETE NO ACTION DEFERRABLE, in every home.");
                }
            }
        }
    }
}
