package dev.rehome.jdbc;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table whose rows belong to tenants, as the catalog describes it. Immutable.
 *
 * @param name without schema; the same in every home
 * @param tenantColumn the column that says whose row it is
 * @param columns every stored column that can be written, in the table's order (generated columns are left out)
 * @param key the primary key's columns, in the key's order; usually the tenant column is the first
 */
public record TenantTable(String name, String tenantColumn, List<Column> columns, List<Column> key) {

    /**
     * A column.
     *
     * @param type as PostgreSQL's {@code format_type} or H2's catalog writes it, such as {@code numeric(19,4)}
     */
    public record Column(String name, String type) {}

    public TenantTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        if (key.isEmpty()) {
            throw new IllegalArgumentException("Table " + name + " has no primary key.");
        }
    }

    /** The names of all columns, quoted, separated by commas. */
    public String columnList() {
        return SqlNames.list(columns.stream().map(Column::name).toList());
    }

    /** The names of all columns, quoted, each behind the alias, separated by commas. */
    public String columnList(String alias) {
        return columns.stream().map(c -> alias + "." + SqlNames.quote(c.name())).collect(Collectors.joining(", "));
    }

    /** The key's columns without the tenant's: what tells the rows of one tenant apart. Empty only if the tenant has one row. */
    public List<Column> keyWithinTenant() {
        return key.stream().filter(c -> !c.name().equals(tenantColumn)).toList();
    }

    /** The table's name with its schema, quoted. */
    public String in(String schema) {
        return SqlNames.quote(schema, name);
    }
}
