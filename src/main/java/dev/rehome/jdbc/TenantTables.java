package dev.rehome.jdbc;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.TenantTable.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tables of a home whose rows belong to tenants, learnt from the database's own catalog, parents before the tables
 * that refer to them. Immutable.
 */
public final class TenantTables implements Iterable<TenantTable> {
    private final List<TenantTable> parentsFirst;

    private TenantTables(List<TenantTable> parentsFirst) {
        this.parentsFirst = List.copyOf(parentsFirst);
    }

    /**
     * Reads them.
     *
     * @throws RehomeException (CONFIGURATION) if there are none, or a table has no primary key
     */
    public static TenantTables read(Connection connection, String schema, String tenantColumn) throws SQLException {
        Catalog catalog = Catalog.of(connection);
        Map<String, TenantTable> tables = readTables(connection, catalog.columns, schema, tenantColumn);
        if (tables.isEmpty()) {
            throw new RehomeException(
                    ErrorKind.CONFIGURATION,
                    "Schema " + schema + " has no table with a column " + tenantColumn
                            + ". Run the home's changelog, or correct the name of the tenant's column.");
        }
        Map<String, Set<String>> parents = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(catalog.references)) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (tables.containsKey(row.getString(1))
                            && tables.containsKey(row.getString(2))
                            && row.getBoolean(3)) {
                        parents.computeIfAbsent(row.getString(1), k -> new LinkedHashSet<>())
                                .add(row.getString(2));
                    }
                }
            }
        }
        return new TenantTables(sort(tables, parents));
    }

    public List<TenantTable> parentsFirst() {
        return parentsFirst;
    }

    public List<TenantTable> childrenFirst() {
        List<TenantTable> reversed = new ArrayList<>(parentsFirst);
        Collections.reverse(reversed);
        return reversed;
    }

    /** @throws IllegalArgumentException if there is no such table */
    public TenantTable get(String name) {
        return parentsFirst.stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No tenant table is called " + name + "."));
    }

    @Override
    public Iterator<TenantTable> iterator() {
        return parentsFirst.iterator();
    }

    private static Map<String, TenantTable> readTables(
            Connection connection, String sql, String schema, String tenantColumn) throws SQLException {
        Map<String, List<Column>> columns = new LinkedHashMap<>();
        Map<String, Map<Integer, Column>> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenantColumn);
            statement.setString(2, schema);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String table = row.getString(1);
                    Column column = new Column(row.getString(2), row.getString(3));
                    List<Column> written = columns.computeIfAbsent(table, k -> new ArrayList<>());
                    if (!row.getBoolean("generated")) {
                        written.add(column);
                    }
                    if (row.getInt("key_position") >= 0) {
                        keys.computeIfAbsent(table, k -> new TreeMap<>()).put(row.getInt("key_position"), column);
                    }
                }
            }
        }
        Map<String, TenantTable> tables = new LinkedHashMap<>();
        columns.forEach((name, all) -> {
            Map<Integer, Column> key = keys.get(name);
            if (key == null) {
                throw new RehomeException(
                        ErrorKind.CONFIGURATION,
                        "Table " + schema + "." + name
                                + " has no primary key, so its changes cannot be followed. Give it one.");
            }
            tables.put(name, new TenantTable(name, tenantColumn, all, List.copyOf(key.values())));
        });
        return tables;
    }

    /** Depth-first; in a cycle of references the order is that of the names, which deferred foreign keys allow. */
    private static List<TenantTable> sort(Map<String, TenantTable> tables, Map<String, Set<String>> parents) {
        Map<String, TenantTable> sorted = new LinkedHashMap<>();
        Set<String> visited = new LinkedHashSet<>();
        tables.keySet().forEach(name -> visit(name, tables, parents, visited, sorted));
        return List.copyOf(sorted.values());
    }

    private static void visit(
            String name,
            Map<String, TenantTable> tables,
            Map<String, Set<String>> parents,
            Set<String> visited,
            Map<String, TenantTable> sorted) {
        if (visited.add(name)) {
            parents.getOrDefault(name, Set.of()).forEach(parent -> visit(parent, tables, parents, visited, sorted));
            TenantTable table = tables.get(name);
            if (table != null) {
                sorted.put(name, table);
            }
        }
    }
}
