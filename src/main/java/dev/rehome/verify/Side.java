package dev.rehome.verify;

import dev.rehome.jdbc.DatabaseRole;
import dev.rehome.jdbc.Durability;
import dev.rehome.jdbc.MoverTransaction;
import dev.rehome.jdbc.Pipeline;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTables;
import dev.rehome.jdbc.TouchedKeys;
import dev.rehome.placement.Home;
import dev.rehome.placement.Servers;
import dev.rehome.placement.Tier;
import dev.rehome.tenant.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGConnection;

/** One of the two homes, and what is asked of it: each question is a short transaction. Used by one thread at a time. */
final class Side implements AutoCloseable {
    private static final String APPLICATION = "rehome verify";

    /** What PostgreSQL's text of a value depends on, beside the settings that the driver makes. */
    static final String SAME_TEXT = "set timezone = 'UTC'; set intervalstyle = 'postgres';"
            + " set bytea_output = 'hex'; set lc_monetary = 'C'";

    private static final String FOREIGN_ROWS = "select table_name, row_count from rehome.foreign_rows(?, ?, ?)";

    private final Connection connection;
    private final TenantId tenant;
    private final Home home;
    private final String tenantColumn;
    private final TenantTables tables;

    private Side(Connection connection, TenantId tenant, Home home, String tenantColumn, TenantTables tables) {
        this.connection = connection;
        this.tenantColumn = tenantColumn;
        this.tenant = tenant;
        this.home = home;
        this.tables = tables;
    }

    static Side open(Servers servers, String tenantColumn, TenantId tenant, Home home) throws SQLException {
        Connection connection = servers.open(home, DatabaseRole.MOVER, APPLICATION);
        try {
            connection.unwrap(PGConnection.class).setPrepareThreshold(1);
            try (Statement statement = connection.createStatement()) {
                statement.execute(SAME_TEXT);
            }
            return new Side(
                    connection, tenant, home, tenantColumn, TenantTables.read(connection, home.schema(), tenantColumn));
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    TenantTables tables() {
        return tables;
    }

    Home home() {
        return home;
    }

    Checksum checksum(TenantTable table, KeyRange range) throws SQLException {
        return ask(hash(table).checksum(range), bounds(range), result -> {
            result.next();
            return checksum(result);
        });
    }

    /** Of the rows with these keys, for each of their tables, in one question. */
    Map<String, Checksum> checksums(TouchedKeys keys) throws SQLException {
        List<String> selects = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        for (TenantTable table : tables) {
            if (!keys.of(table.name()).isEmpty()) {
                selects.add(hash(table).checksumOfKeys());
                parameters.add(table.name());
                parameters.addAll(arrays(table, keys.of(table.name())));
            }
        }
        return ask(String.join(" union all ", selects), parameters, result -> {
            Map<String, Checksum> checksums = new HashMap<>();
            while (result.next()) {
                checksums.put(result.getString(3), checksum(result));
            }
            return checksums;
        });
    }

    /** The hash of each of the first rows of the range by their keys, at most so many. */
    Map<List<String>, Long> hashes(TenantTable table, KeyRange range, int limit) throws SQLException {
        List<Object> parameters = bounds(range);
        parameters.add(limit);
        return ask(hash(table).hashes(range), parameters, Side::hashes);
    }

    /** The hash of each of those rows that exist. */
    Map<List<String>, Long> hashes(TenantTable table, Collection<List<String>> keys) throws SQLException {
        return ask(hash(table).hashesOfKeys(), arrays(table, keys), Side::hashes);
    }

    /** The key that stands so many rows behind the range's beginning; empty if there is none. */
    List<String> keyBehind(TenantTable table, KeyRange range, int rows) throws SQLException {
        if (table.keyWithinTenant().isEmpty()) {
            return List.of();
        }
        List<Object> parameters = bounds(range);
        parameters.add(rows);
        return ask(
                hash(table).keyBehind(range),
                parameters,
                result -> result.next() ? strings(result) : List.<String>of());
    }

    /** Those of the keys whose change is recorded here and not applied at the other side yet. */
    Set<List<String>> recorded(TenantTable table, Collection<List<String>> keys) throws SQLException {
        List<Object> parameters = arrays(table, keys);
        parameters.add(tenant.value());
        parameters.add(table.name());
        return ask(hash(table).recorded(), parameters, result -> {
            Set<List<String>> recorded = new HashSet<>();
            while (result.next()) {
                recorded.add(strings(result));
            }
            return recorded;
        });
    }

    /**
     * How many rows of other tenants each table holds, if this is a home of the tenant's own, where none belongs. Row-level
     * security hides them from this role, so a function of the owner's counts them.
     */
    Map<String, Long> foreignRows() throws SQLException {
        if (home.tier() == Tier.SHARED) {
            return Map.of();
        }
        return ask(FOREIGN_ROWS, List.of(home.schema(), tenantColumn, tenant.value()), result -> {
            Map<String, Long> counts = new HashMap<>();
            while (result.next()) {
                counts.put(result.getString(1), result.getLong(2));
            }
            return counts;
        });
    }

    /** With the types as this home's connection names them. */
    private RowHash hash(TenantTable table) {
        return new RowHash(tables.get(table.name()), home.schema());
    }

    private <T> T ask(String sql, List<Object> parameters, Pipeline.Answer<T> answer) throws SQLException {
        try {
            T answered = MoverTransaction.readCommitted(connection, tenant.value(), Durability.FLUSHED)
                    .then(sql, parameters)
                    .query(answer);
            connection.commit();
            return answered;
        } catch (SQLException | RuntimeException e) {
            MoverTransaction.rollback(connection, e);
            throw e;
        }
    }

    private List<Object> bounds(KeyRange range) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(tenant.value());
        parameters.addAll(range.from());
        parameters.addAll(range.to());
        return parameters;
    }

    /** The keys as an array for each column. */
    private static List<Object> arrays(TenantTable table, Collection<List<String>> keys) {
        return new ArrayList<>(TouchedKeys.columns(keys, table.key().size()));
    }

    private static Checksum checksum(ResultSet result) throws SQLException {
        return new Checksum(result.getLong(1), result.getBigDecimal(2).toBigIntegerExact());
    }

    private static Map<List<String>, Long> hashes(ResultSet result) throws SQLException {
        Map<List<String>, Long> hashes = new HashMap<>();
        while (result.next()) {
            hashes.put(strings(result), result.getLong(2));
        }
        return hashes;
    }

    private static List<String> strings(ResultSet result) throws SQLException {
        return List.of((String[]) result.getArray(1).getArray());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
