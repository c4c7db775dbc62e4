package dev.rehome.move;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of a tenant that stands still with their copy, one by one in the order of their keys. It shares no
 * code with {@link RowCopy}, and reads every column there is, so that one which the copier overlooked is missed here.
 */
final class RowComparison {
    private final Connection source;
    private final Connection target;
    private final TenantTables tables;
    private final Move move;

    RowComparison(Connection source, Connection target, TenantTables tables, Move move) {
        this.source = source;
        this.target = target;
        this.tables = tables;
        this.move = move;
    }

    /** @throws RehomeException (INVARIANT) if the copy is not equal */
    void run() throws SQLException {
        for (TenantTable table : tables) {
            try (PreparedStatement here = select(source, move.source().home().schema(), table);
                    PreparedStatement there = select(target, move.target().schema(), table);
                    ResultSet original = here.executeQuery();
                    ResultSet copy = there.executeQuery()) {
                compare(table, original, copy);
            }
        }
    }

    private PreparedStatement select(Connection connection, String schema, TenantTable table) throws SQLException {
        String key =
                SqlNames.list(table.key().stream().map(TenantTable.Column::name).toList());
        PreparedStatement statement = connection.prepareStatement("select * from " + table.in(schema) + " where "
                + SqlNames.quote(table.tenantColumn()) + " = ? order by " + key);
        statement.setObject(1, move.tenant().value());
        return statement;
    }

    private void compare(TenantTable table, ResultSet original, ResultSet copy) throws SQLException {
        long row = 0;
        while (original.next()) {
            row++;
            if (!copy.next()) {
                throw different(table, "ends before row " + row);
            }
            if (!Objects.deepEquals(values(original).toArray(), values(copy).toArray())) {
                throw different(table, "differs in row " + row);
            }
        }
        if (copy.next()) {
            throw different(table, "has more than " + row + " rows");
        }
    }

    private static List<@Nullable Object> values(ResultSet row) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            Object value = row.getObject(column);
            if (value instanceof Clob) {
                value = row.getString(column);
            } else if (value instanceof Blob) {
                value = row.getBytes(column);
            } else if (value instanceof Array array) {
                value = array.getArray();
            }
            values.add(value);
        }
        return values;
    }

    private RehomeException different(TenantTable table, String how) {
        return new RehomeException(
                ErrorKind.INVARIANT,
                "The copy of tenant " + move.tenant() + " in " + move.target() + " is not equal: table " + table.name()
                        + " " + how + " in the order of the keys. The tenant is served as before; report this.");
    }
}
