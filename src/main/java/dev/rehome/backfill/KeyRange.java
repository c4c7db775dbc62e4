package dev.rehome.backfill;

import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a tenant's rows in one table, by their key within the tenant.
 *
 * @param number from 1, in the order of the keys
 * @param from the first key that belongs to it; empty if it has no beginning
 * @param to the first key behind it; empty if it has no end
 * @param rows how many, in the snapshot that the range was made from
 */
record KeyRange(TenantTable table, int number, List<String> from, List<String> to, long rows) {
    private static final String BIND = "select set_config('rehome.range_from', ?::text[]::text, true),"
            + " set_config('rehome.range_to', ?::text[]::text, true)";

    KeyRange {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /** The query for its rows. COPY takes no bound values, so they come from settings: see {@link #bind}. */
    String select(String schema) {
        List<String> conditions = new ArrayList<>();
        conditions.add(ofTenant(table));
        if (!from.isEmpty()) {
            conditions.add(compared(">=", "rehome.range_from"));
        }
        if (!to.isEmpty()) {
            conditions.add(compared("<", "rehome.range_to"));
        }
        return "select " + table.columnList() + " from " + table.in(schema) + " where "
                + String.join(" and ", conditions);
    }

    /** Sets the bounds that {@link #select} refers to, until the end of the transaction. */
    void bind(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BIND)) {
            statement.setArray(1, connection.createArrayOf("text", from.toArray()));
            statement.setArray(2, connection.createArrayOf("text", to.toArray()));
            statement.execute();
        }
    }

    /** The condition that a row is that of the {@link MoverTransaction}'s tenant, also where row-level security is not on yet. */
    static String ofTenant(TenantTable table) {
        return SqlNames.quote(table.tenantColumn()) + " = current_setting('rehome.tenant')::uuid";
    }

    private String compared(String operator, String setting) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (TenantTable.Column column : table.keyWithinTenant()) {
            names.add(SqlNames.quote(column.name()));
            values.add("(current_setting('" + setting + "')::text[])[" + names.size() + "]::" + column.type());
        }
        return "(" + String.join(", ", names) + ") " + operator + " (" + String.join(", ", values) + ")";
    }
}
