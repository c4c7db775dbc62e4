package dev.rehome.backfill;

import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The moment that a backfill copies: a transaction on the source, kept open, whose snapshot the workers share. Counts and
 * divides the rows that are in it. Closing it closes the connection.
 */
final class Snapshot implements AutoCloseable {
    private final Connection connection;
    private final String schema;
    private final String name;

    private Snapshot(Connection connection, String schema, String name) {
        this.connection = connection;
        this.schema = schema;
        this.name = name;
    }

    static Snapshot take(Connection connection, String schema, TenantId tenant) throws SQLException {
        MoverTransaction.beginRepeatableRead(connection, tenant.value());
        try (PreparedStatement statement = connection.prepareStatement("select pg_export_snapshot()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Snapshot(connection, schema, row.getString(1));
        }
    }

    /** What {@link MoverTransaction#beginAtSnapshot} takes; valid until this is closed. */
    String name() {
        return name;
    }

    /**
     * Divides the table's rows into ranges of the given size; the last one, which has what is left, is always there. Walks the
     * primary key's index once, so it counts exactly and reads no rows where the visibility map allows it.
     */
    List<KeyRange> ranges(TenantTable table, int rowsPerRange) throws SQLException {
        List<KeyRange> ranges = new ArrayList<>();
        List<String> from = List.of();
        if (!table.keyWithinTenant().isEmpty()) {
            for (List<String> to = keyBehind(table, from, rowsPerRange);
                    !to.isEmpty();
                    to = keyBehind(table, from, rowsPerRange)) {
                ranges.add(new KeyRange(table, ranges.size() + 1, from, to, rowsPerRange));
                from = to;
            }
        }
        long rows = count(table, from);
        ranges.add(new KeyRange(table, ranges.size() + 1, from, List.of(), rows));
        return ranges;
    }

    /** The key so many rows behind the first one at or after {@code from}; empty if there is none. */
    private List<String> keyBehind(TenantTable table, List<String> from, int rows) throws SQLException {
        List<String> names = table.keyWithinTenant().stream()
                .map(column -> "t." + SqlNames.quote(column.name()))
                .toList();
        String sql = "select array[" + names.stream().map(n -> n + "::text").collect(Collectors.joining(", "))
                + "] from " + rowsFrom(table, from) + " order by " + String.join(", ", names) + " offset ? limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, from);
            statement.setInt(from.size() + 1, rows);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? List.of((String[]) row.getArray(1).getArray()) : List.of();
            }
        }
    }

    private long count(TenantTable table, List<String> from) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select count(*) from " + rowsFrom(table, from))) {
            bind(statement, from);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private String rowsFrom(TenantTable table, List<String> from) {
        String rows = table.in(schema) + " t where " + KeyRange.ofTenant(table);
        if (from.isEmpty()) {
            return rows;
        }
        List<Column> key = table.keyWithinTenant();
        return rows + " and (" + SqlNames.list(key.stream().map(Column::name).toList()) + ") >= ("
                + key.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", ")) + ")";
    }

    private static void bind(PreparedStatement statement, List<String> key) throws SQLException {
        for (int i = 0; i < key.size(); i++) {
            statement.setString(i + 1, key.get(i));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
