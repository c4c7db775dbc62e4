package dev.rehome.backfill;

import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
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

    /** Divides the table's rows into ranges of the given size; the last one, which has what is left, is always there. */
    List<KeyRange> ranges(TenantTable table, int rowsPerRange) throws SQLException {
        long rows = count(table);
        List<List<String>> starts =
                rows > rowsPerRange && !table.keyWithinTenant().isEmpty() ? starts(table, rowsPerRange) : List.of();
        List<KeyRange> ranges = new ArrayList<>();
        List<String> from = List.of();
        for (List<String> to : starts) {
            ranges.add(new KeyRange(table, ranges.size() + 1, from, to, rowsPerRange));
            rows -= rowsPerRange;
            from = to;
        }
        ranges.add(new KeyRange(table, ranges.size() + 1, from, List.of(), rows));
        return ranges;
    }

    private long count(TenantTable table) throws SQLException {
        String sql = "select count(*) from " + table.in(schema) + " where " + KeyRange.ofTenant(table);
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The first key of each range but the first. */
    private List<List<String>> starts(TenantTable table, int rowsPerRange) throws SQLException {
        List<String> names = table.keyWithinTenant().stream()
                .map(column -> SqlNames.quote(column.name()))
                .toList();
        String sql = "select array[" + names.stream().map(n -> n + "::text").collect(Collectors.joining(", "))
                + "] from (select *, row_number() over (order by " + String.join(", ", names) + ") as rehome_row from "
                + table.in(schema) + " where " + KeyRange.ofTenant(table)
                + ") r where rehome_row > 1 and (rehome_row - 1) % ? = 0 order by rehome_row";
        List<List<String>> starts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, rowsPerRange);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    starts.add(List.of((String[]) row.getArray(1).getArray()));
                }
            }
        }
        return starts;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
