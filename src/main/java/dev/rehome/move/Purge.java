package dev.rehome.move;

import dev.rehome.fence.Lease;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.SqlState;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import dev.rehome.jdbc.TenantTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Deletes a tenant's rows from shared tables, in small batches with a rest between them where the server needs one. Goes along
 * the keys: a batch that looked for any rows would come past all the dead ones of the batches before it.
 */
public final class Purge {
    private final Lease lease;
    private final String tenantColumn;
    private final int batchRows;
    private final LongConsumer listener;
    private final Connection connection;
    private final String schema;
    private long removed;

    /**
     * @param lease claimed in the connection's database (R7)
     * @param batchRows rows that one transaction removes
     * @param listener is told after each batch how many rows have gone; may rest, or end the purge by what it throws
     * @param connection of the mover's role
     */
    public Purge(
            Lease lease,
            String tenantColumn,
            int batchRows,
            LongConsumer listener,
            Connection connection,
            String schema) {
        this.lease = lease;
        this.tenantColumn = tenantColumn;
        this.batchRows = batchRows;
        this.listener = listener;
        this.connection = connection;
        this.schema = schema;
    }

    Purge(MoveContext context, Connection connection, String schema) {
        this(
                context.lease(),
                context.tenantColumn(),
                context.options().batchRows(),
                rows -> context.progress(rows, 0, 0, 0),
                connection,
                schema);
    }

    /** All of the tenant's rows. Where rows refer to each other in a circle, a batch by itself cannot go: then all at once. */
    public void run() throws SQLException {
        TenantTables tables = TenantTables.read(connection, schema, tenantColumn);
        try {
            for (TenantTable table : tables.childrenFirst()) {
                run(table);
            }
        } catch (SQLException e) {
            MoverTransaction.rollback(connection, e);
            if (!SqlState.isForeignKeyViolation(e)) {
                throw e;
            }
            runAtOnce(tables);
        }
    }

    /** How many rows have gone so far. */
    public long removed() {
        return removed;
    }

    private void runAtOnce(TenantTables tables) throws SQLException {
        begin();
        for (TenantTable table : tables.childrenFirst()) {
            removed += delete(table, List.of(), List.of());
        }
        connection.commit();
        listener.accept(removed);
    }

    private void begin() throws SQLException {
        MoverTransaction.beginReadCommitted(connection, lease.tenant().value());
        lease.hold(connection); // R7
        try (Statement statement = connection.createStatement()) {
            statement.execute("set constraints all deferred");
        }
    }

    private void run(TenantTable table) throws SQLException {
        List<String> from = List.of();
        do {
            begin();
            List<String> to = table.keyWithinTenant().isEmpty() ? List.of() : keyBehind(table, from);
            removed += delete(table, from, to);
            connection.commit();
            listener.accept(removed);
            from = to;
        } while (!from.isEmpty());
    }

    /** The key a batch behind the first one at or after {@code from}; empty if there are no more rows than that. */
    private List<String> keyBehind(TenantTable table, List<String> from) throws SQLException {
        List<Column> key = table.keyWithinTenant();
        String texts = key.stream()
                .map(column -> "t." + SqlNames.quote(column.name()) + "::text")
                .collect(Collectors.joining(", "));
        String order =
                key.stream().map(column -> "t." + SqlNames.quote(column.name())).collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement("select array[" + texts + "] from "
                + table.in(schema) + " t" + where(table, from, List.of()) + " order by " + order
                + " offset ? limit 1")) {
            int next = bind(statement, from, List.of());
            statement.setInt(next, batchRows);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? List.of((String[]) row.getArray(1).getArray()) : List.of();
            }
        }
    }

    private int delete(TenantTable table, List<String> from, List<String> to) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from " + table.in(schema) + " t" + where(table, from, to))) {
            bind(statement, from, to);
            return statement.executeUpdate();
        }
    }

    private static String where(TenantTable table, List<String> from, List<String> to) {
        return " where t." + SqlNames.quote(table.tenantColumn()) + " = ?"
                + (from.isEmpty() ? "" : compared(table, ">="))
                + (to.isEmpty() ? "" : compared(table, "<"));
    }

    private static String compared(TenantTable table, String operator) {
        List<Column> key = table.keyWithinTenant();
        return " and (" + SqlNames.list(key.stream().map(Column::name).toList()) + ") " + operator + " ("
                + key.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", ")) + ")";
    }

    /** Returns the number of the next parameter. */
    private int bind(PreparedStatement statement, List<String> from, List<String> to) throws SQLException {
        int parameter = 1;
        statement.setObject(parameter++, lease.tenant().value());
        for (String text : from) {
            statement.setString(parameter++, text);
        }
        for (String text : to) {
            statement.setString(parameter++, text);
        }
        return parameter;
    }
}
