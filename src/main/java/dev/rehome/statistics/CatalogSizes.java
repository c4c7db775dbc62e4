package dev.rehome.statistics;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a database's own catalog says of the tables of its homes: one query for all of them, which reads no table. Rows are the
 * server's running estimate, right to what it has been told of in the last seconds, or what the last ANALYZE has seen where the server
 * has lost that, after a crash for one.
 */
final class CatalogSizes {
    private static final String SQL = """
            select n.nspname, c.relname, coalesce(nullif(s.n_live_tup, 0), greatest(c.reltuples, 0)::bigint),
                   pg_total_relation_size(c.oid)
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attname = ? and not a.attisdropped
              left join pg_stat_all_tables s on s.relid = c.oid
             where c.relkind = 'r' and n.nspname = any (?)
             order by n.nspname, c.relname""";

    private CatalogSizes() {}

    /** Of a table, with everything that belongs to it. */
    record Table(long rows, long bytes) {}

    /** The tables of each schema that has any, by schema and table. */
    static Map<String, Map<String, Table>> read(Connection connection, Collection<String> schemas, String tenantColumn)
            throws SQLException {
        Map<String, Map<String, Table>> sizes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, tenantColumn);
            statement.setArray(2, connection.createArrayOf("text", schemas.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sizes.computeIfAbsent(row.getString(1), schema -> new LinkedHashMap<>())
                            .put(row.getString(2), new Table(row.getLong(3), row.getLong(4)));
                }
            }
        }
        return sizes;
    }

    /** Of a home that is one tenant's. */
    static TenantSize all(Map<String, Table> tables) {
        Map<String, Long> rows = new HashMap<>();
        tables.forEach((name, table) -> rows.put(name, table.rows()));
        return new TenantSize(
                rows, tables.values().stream().mapToLong(Table::bytes).sum());
    }

    /** What so many rows of shared tables take of them. */
    static long share(Map<String, Table> tables, Map<String, Long> rows) {
        double bytes = 0;
        for (Map.Entry<String, Table> entry : tables.entrySet()) {
            long mine = rows.getOrDefault(entry.getKey(), 0L);
            long all = Math.max(entry.getValue().rows(), mine);
            bytes += all == 0 ? 0 : (double) entry.getValue().bytes() * mine / all;
        }
        return Math.round(bytes);
    }
}
