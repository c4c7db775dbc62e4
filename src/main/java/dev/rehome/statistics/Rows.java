package dev.rehome.statistics;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows by table, as the directory's columns tables and row_counts have them. */
final class Rows {
    private Rows() {}

    /** @param first the number of the column tables */
    static Map<String, Long> read(ResultSet row, int first) throws SQLException {
        String[] tables = (String[]) row.getArray(first).getArray();
        Long[] counts = (Long[]) row.getArray(first + 1).getArray();
        Map<String, Long> rows = new LinkedHashMap<>();
        for (int i = 0; i < tables.length; i++) {
            rows.put(tables[i], counts[i]);
        }
        return rows;
    }

    /** @param first the number of the parameter tables */
    static void bind(PreparedStatement statement, int first, Map<String, Long> rows) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setArray(first, connection.createArrayOf("text", rows.keySet().toArray()));
        statement.setArray(
                first + 1, connection.createArrayOf("bigint", rows.values().toArray()));
    }
}
