package dev.rehome.testkit;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.placement.Home;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The rows that are marked as a tenant's in a home, as a witness sees them. Two looks are equal only if no row was inserted,
 * deleted or updated in between, be it to the values it had. Thread-safe.
 */
final class Rows implements AutoCloseable {
    private final Witness witness;
    private final String tenantColumn;
    private final Map<Home, Connection> connections = new HashMap<>();
    private final Map<Home, List<TenantTable>> tables = new HashMap<>();

    Rows(Witness witness, String tenantColumn) {
        this.witness = witness;
        this.tenantColumn = tenantColumn;
    }

    /** By table: how many, and a fingerprint of their values and of the transactions that wrote them. */
    Map<String, String> marked(TenantId tenant, Home home) {
        return ask(tenant, home, connection -> {
            String sql = tables(connection, home).stream()
                    .map(table -> "select " + SqlNames.literal(table.name()) + ", count(*) || ' rows ' ||"
                            + " coalesce(md5(string_agg(t::text || t.xmin::text, ' ' order by t::text || t.xmin::text)), '')"
                            + " from " + table.in(home.schema()) + " t where " + SqlNames.quote(tenantColumn) + " = ?")
                    .collect(Collectors.joining(" union all "));
            Map<String, String> found = new TreeMap<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 1; i <= tables(connection, home).size(); i++) {
                    statement.setObject(i, tenant.value());
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.put(row.getString(1), row.getString(2));
                    }
                }
            }
            return found;
        });
    }

    /** By table, for those tables that have any: how many rows. */
    Map<String, Long> counted(TenantId tenant, Home home) {
        return ask(tenant, home, connection -> {
            Map<String, Long> found = new LinkedHashMap<>();
            for (TenantTable table : tables(connection, home)) {
                long count = count(connection, table.in(home.schema()), "true", tenant.value());
                if (count > 0) {
                    found.put(table.name(), count);
                }
            }
            return found;
        });
    }

    /** Removes all the tenant's rows from a home in which it does not live. */
    void remove(TenantId tenant, Home home) {
        ask(tenant, home, connection -> {
            List<TenantTable> childrenFirst = new ArrayList<>(tables(connection, home));
            Collections.reverse(childrenFirst);
            for (TenantTable table : childrenFirst) {
                try (PreparedStatement statement = connection.prepareStatement(
                        "delete from " + table.in(home.schema()) + " where " + SqlNames.quote(tenantColumn) + " = ?")) {
                    statement.setObject(1, tenant.value());
                    statement.executeUpdate();
                }
            }
            connection.commit();
            return tenant;
        });
    }

    /** How many of the tenant's rows in a table of the home have this value in the column. */
    long count(TenantId tenant, Home home, String table, String column, Object value) {
        return ask(
                tenant,
                home,
                connection -> count(
                        connection,
                        SqlNames.quote(home.schema()) + "." + table,
                        column + " = ?",
                        tenant.value(),
                        value));
    }

    /** A name that is written in SQL, as the catalog has it: folded, unless it is quoted. */
    static String asStored(String name) {
        return name.startsWith("\"")
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name.toLowerCase(Locale.ROOT);
    }

    /** The columns of a table's primary key, as it is now. */
    List<String> keyOf(TenantId tenant, Home home, String table) {
        return names(tenant, home, table, TenantTable::key);
    }

    /** The columns of a table that can be written. */
    List<String> columnsOf(TenantId tenant, Home home, String table) {
        return names(tenant, home, table, TenantTable::columns);
    }

    private List<String> names(
            TenantId tenant, Home home, String table, Function<TenantTable, List<TenantTable.Column>> columns) {
        return ask(
                tenant,
                home,
                connection ->
                        columns
                                .apply(TenantTables.read(connection, home.schema(), tenantColumn)
                                        .get(asStored(table)))
                                .stream()
                                .map(TenantTable.Column::name)
                                .toList());
    }

    private long count(Connection connection, String table, String condition, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select count(*) from " + table + " where " + SqlNames.quote(tenantColumn) + " = ? and " + condition)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private List<TenantTable> tables(Connection connection, Home home) throws SQLException {
        List<TenantTable> known = tables.get(home);
        if (known == null) {
            known = TenantTables.read(connection, home.schema(), tenantColumn).parentsFirst();
            tables.put(home, known);
        }
        return known;
    }

    /** What is asked. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private <T> T ask(TenantId tenant, Home home, Question<T> question) {
        try {
            Connection connection = connections.get(home);
            if (connection == null) {
                connection = witness.open(home);
                connections.put(home, connection);
            }
            MoverTransaction.beginReadCommitted(connection, tenant.value());
            T answer = question.ask(connection);
            connection.rollback();
            return answer;
        } catch (SQLException e) {
            throw new RehomeException(
                    ErrorKind.EXTERNAL,
                    "The rows in " + home + " cannot be looked at (SQLSTATE " + e.getSQLState()
                            + "). Give the kit a witness that may read them.",
                    e);
        }
    }

    @Override
    public void close() {
        for (Map.Entry<Home, Connection> open : connections.entrySet()) {
            try {
                open.getValue().close();
            } catch (SQLException e) {
                throw new RehomeException(
                        ErrorKind.EXTERNAL,
                        "The witness's connection to " + open.getKey() + " cannot be closed. Look at the server.",
                        e);
            }
        }
        connections.clear();
    }
}
