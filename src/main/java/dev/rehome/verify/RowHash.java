package dev.rehome.verify;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The SQL that hashes a row, and that finds rows by key, for one table of one home. Columns are hashed as they are if
 * their hash is that of their bytes, else as text: an enum's hash is that of its number, json has none, and a citext's
 * ignores case. Text is hashed byte by byte, whatever its collation.
 */
final class RowHash {
    private static final Set<String> HASHED_AS_THEY_ARE = Set.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "uuid",
            "bytea",
            "date",
            "time without time zone",
            "timestamp without time zone",
            "timestamp with time zone");
    private static final long SECOND_SEED = 0x5265686f6d65L;

    private final TenantTable table;
    private final String schema;

    RowHash(TenantTable table, String schema) {
        this.table = table;
        this.schema = schema;
    }

    /** Parameters: the tenant, then the bounds of the range. */
    String checksum(KeyRange range) {
        return "select count(*), coalesce(sum(" + hash(0) + "), 0), coalesce(sum(" + hash(SECOND_SEED) + "), 0) from "
                + rows(range);
    }

    /** Key and hashes of each row. Parameters as {@link #checksum}, then how many at most. */
    String hashes(KeyRange range) {
        return "select " + key() + ", " + hash(0) + ", " + hash(SECOND_SEED) + " from " + rows(range) + " order by "
                + SqlNames.list(names(table.key())) + " limit ?";
    }

    /** The key within the tenant that stands a number of rows behind the range's beginning. Parameters as {@link #hashes}. */
    String keyBehind(KeyRange range) {
        return "select array[" + texts(table.keyWithinTenant()) + "] from " + rows(range) + " order by "
                + SqlNames.list(names(table.keyWithinTenant())) + " offset ? limit 1";
    }

    /** Sums over the rows with given keys. Parameter: for each of the key's columns an array of texts. */
    String checksumOfKeys() {
        return "select count(*), coalesce(sum(" + hash(0) + "), 0), coalesce(sum(" + hash(SECOND_SEED) + "), 0) from "
                + rowsOfKeys();
    }

    /** Key and hashes of each row with one of the given keys. Parameters as {@link #checksumOfKeys}. */
    String hashesOfKeys() {
        return "select array[" + wanted("w.k%d") + "], " + hash(0) + ", " + hash(SECOND_SEED) + " from " + rowsOfKeys();
    }

    /** Which of the given keys are recorded as changed. Parameters as {@link #checksumOfKeys}, the tenant, the table. */
    String recorded() {
        return "select distinct c.key from rehome.change c join unnest(" + wanted("?::text[]") + ") as w ("
                + wanted("k%d") + ") on c.key = array[" + wanted("w.k%d")
                + "] where c.tenant_id = ? and c.table_name = ?";
    }

    private String rows(KeyRange range) {
        String condition = SqlNames.quote(table.tenantColumn()) + " = ?";
        if (!range.from().isEmpty()) {
            condition += compared(">=");
        }
        if (!range.to().isEmpty()) {
            condition += compared("<");
        }
        return table.in(schema) + " t where " + condition;
    }

    /** Each key is looked up by itself, so that few keys of a large table never cost reading it whole. */
    private String rowsOfKeys() {
        List<String> conditions = new ArrayList<>();
        for (Column column : table.key()) {
            conditions.add(SqlNames.quote(column.name()) + " = w.k" + (conditions.size() + 1) + "::" + column.type());
        }
        return "unnest(" + wanted("?::text[]") + ") as w (" + wanted("k%d") + ") cross join lateral (select * from "
                + table.in(schema) + " where " + String.join(" and ", conditions) + " limit 1) t";
    }

    private String compared(String operator) {
        List<Column> key = table.keyWithinTenant();
        return " and (" + SqlNames.list(names(key)) + ") " + operator + " ("
                + key.stream().map(column -> "?::" + column.type()).collect(Collectors.joining(", ")) + ")";
    }

    /**
     * PostgreSQL's hash of a record is a weighted sum of its columns' hashes, so a sum of such hashes does not notice when
     * two rows swap a value. Hashing each once more, before they are summed, does away with that.
     */
    private String hash(long seed) {
        return "hashint8extended(hash_record_extended(row("
                + table.columns().stream().map(RowHash::hashed).collect(Collectors.joining(", ")) + "), " + seed + "), "
                + seed + ")";
    }

    private static String hashed(Column column) {
        String name = "t." + SqlNames.quote(column.name());
        String type = column.type().replaceAll("\\([0-9,-]*\\)", "");
        return HASHED_AS_THEY_ARE.contains(type) ? name : name + "::text collate \"C\"";
    }

    private String key() {
        return "array[" + texts(table.key()) + "]";
    }

    /** The pattern once for each column of the key, with its number. */
    private String wanted(String pattern) {
        List<String> each = new ArrayList<>();
        for (int i = 1; i <= table.key().size(); i++) {
            each.add(pattern.formatted(i));
        }
        return String.join(", ", each);
    }

    private static String texts(List<Column> columns) {
        return columns.stream()
                .map(column -> "t." + SqlNames.quote(column.name()) + "::text")
                .collect(Collectors.joining(", "));
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }
}
