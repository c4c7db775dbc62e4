package dev.rehome.statistics;

import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Counts the rows that a tenant has in shared tables: each table's primary key begins with the tenant, so that its part of the index is
 * read and, if the table was vacuumed lately, nothing else. Used by one thread.
 */
final class SharedCount {
    private final Connection connection;
    private final TenantTables tables;
    private final String sql;

    SharedCount(Connection connection, String schema, String tenantColumn) throws SQLException {
        this.connection = connection;
        this.tables = TenantTables.read(connection, schema, tenantColumn);
        connection.rollback();
        this.sql = tables.parentsFirst().stream()
                .map(table -> "(select count(*) from " + table.in(schema) + " where " + SqlNames.quote(tenantColumn)
                        + " = ?)")
                .collect(Collectors.joining(", ", "select ", ""));
    }

    Map<String, Long> of(TenantId tenant) throws SQLException {
        MoverTransaction.beginReadCommitted(connection, tenant.value());
        Map<String, Long> rows = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 1; i <= tables.parentsFirst().size(); i++) {
                statement.setObject(i, tenant.value());
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                int column = 0;
                for (TenantTable table : tables) {
                    rows.put(table.name(), row.getLong(++column));
                }
            }
        }
        connection.rollback();
        return rows;
    }
}
