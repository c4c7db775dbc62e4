package dev.rehome.life;

import dev.rehome.jdbc.SchemaRelations;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.placement.JdbcDirectory;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the directory has of a tenant: all rows with its id, or the id of a move of its, in whichever table there is, but for the record
 * of its life, and of back-ups that nobody has seen go. Tables are learnt from the catalog, so that none is forgotten. In the caller's transaction.
 */
final class DirectoryTraces {
    private static final Set<String> KEPT =
            Set.of("tenant_life", "life_journal", "deletion", "deletion_place", "tenant_backup");
    private static final String DIRECTORY = "'rehome_directory'::regnamespace";
    private static final String TABLES = SchemaRelations.of(DIRECTORY, """
            select c.relname, bool_or(a.attname = 'tenant_id')
              from ${relations} c join pg_attribute a on a.attrelid = c.oid and a.attname in ('tenant_id', 'move_id')
             where c.relkind in ('r', 'p')
             group by c.relname order by c.relname""");
    private static final String REFERENCES = SchemaRelations.of(DIRECTORY, """
            select c.relname, r.relname from ${relations} c
              join pg_constraint f on f.conrelid = c.oid and f.contype = 'f' join pg_class r on r.oid = f.confrelid
             where c.oid <> r.oid""");

    private DirectoryTraces() {}

    /** Deletes them. Returns how many rows went, by table. */
    static Map<String, Long> remove(Connection connection, TenantId tenant) throws SQLException {
        Map<String, Long> removed = new LinkedHashMap<>();
        Map<String, Boolean> tables = tables(connection);
        for (String table : childrenFirst(connection, tables.keySet())) {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from " + from(table, Boolean.TRUE.equals(tables.get(table))))) {
                statement.setObject(1, tenant.value());
                removed.put(table, statement.executeLargeUpdate());
            }
        }
        return removed;
    }

    /** How many there are, by table. */
    static Map<String, Long> count(Connection connection, TenantId tenant) throws SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Map.Entry<String, Boolean> table : tables(connection).entrySet()) {
            try (PreparedStatement statement =
                    connection.prepareStatement("select count(*) from " + from(table.getKey(), table.getValue()))) {
                statement.setObject(1, tenant.value());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    counts.put(table.getKey(), row.getLong(1));
                }
            }
        }
        return counts;
    }

    private static String from(String table, boolean hasTenant) {
        return SqlNames.quote(JdbcDirectory.SCHEMA, table)
                + (hasTenant
                        ? " where tenant_id = ?"
                        : " where move_id in (select move_id from rehome_directory.move where tenant_id = ?)");
    }

    private static Map<String, Boolean> tables(Connection connection) throws SQLException {
        Map<String, Boolean> tables = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                if (!KEPT.contains(row.getString(1))) {
                    tables.put(row.getString(1), row.getBoolean(2));
                }
            }
        }
        return tables;
    }

    /** Those that only moves lead to come before the moves, whether a foreign key says so or not. */
    private static List<String> childrenFirst(Connection connection, Set<String> tables) throws SQLException {
        Map<String, Set<String>> children = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(REFERENCES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                children.computeIfAbsent(row.getString(2), parent -> new LinkedHashSet<>())
                        .add(row.getString(1));
            }
        }
        children.computeIfAbsent("move", parent -> new LinkedHashSet<>())
                .addAll(tables.stream()
                        .filter(table -> table.startsWith("move_"))
                        .toList());
        Set<String> sorted = new LinkedHashSet<>();
        Set<String> visited = new LinkedHashSet<>();
        tables.forEach(table -> visit(table, tables, children, visited, sorted));
        return new ArrayList<>(sorted);
    }

    private static void visit(
            String table,
            Set<String> tables,
            Map<String, Set<String>> children,
            Set<String> visited,
            Set<String> sorted) {
        if (visited.add(table)) {
            children.getOrDefault(table, Set.of()).forEach(child -> visit(child, tables, children, visited, sorted));
            if (tables.contains(table)) {
                sorted.add(table);
            }
        }
    }
}
