package dev.rehome.verify;

import dev.rehome.jdbc.SqlNames;
import dev.rehome.jdbc.TenantTable;
import dev.rehome.jdbc.TenantTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The SQL that hashes a row, and that finds rows by key, for one table of one home. Each column goes into the hash in a
 * form that has other bytes whenever its value is another one. PostgreSQL's own hashes of values are not all like that:
 * those of 1.25 and -1.25 are equal, and those of a bigint, a timestamp or a time keep 32 bits of 64.
 *
 * <ul>
 *   <li>A {@code numeric} of a declared scale goes in as its value; without one the scale is data and goes in too, so that
 *       1.0 and 1.00 differ.
 *   <li>Floating-point numbers go in as their bits: -0.0 and 0.0 differ.
 *   <li>Text goes in byte by byte, whatever its collation: case, accents, white space and the form of Unicode count.
 *   <li>What has no fixed form goes in as the text that PostgreSQL writes: enums, json (with its spaces), jsonb, arrays,
 *       ranges, domains, types of extensions.
 * </ul>
 *
 * <p>What equality of hashes cannot see: generated columns, which each home computes by itself; what lies behind a value (a
 * large object behind its oid, a file behind its name); what PostgreSQL's own text of a value does not show (the bits of a
 * NaN in an array); how rows are stored; and, once in 2^64 differing rows, chance. It guards against mistakes, not against
 * somebody who looks for collisions.
 */
final class RowHash {
    /** Whose hash is of all their bits. */
    private static final Set<String> HASHED_AS_THEY_ARE =
            Set.of("boolean", "smallint", "integer", "date", "uuid", "bytea");
    /** Whose bytes are hashed, as the binary protocol has them: exact, and independent of settings. */
    private static final Map<String, String> SENT = Map.ofEntries(
            Map.entry("bigint", "int8send"),
            Map.entry("real", "float4send"),
            Map.entry("double precision", "float8send"),
            Map.entry("money", "cash_send"),
            Map.entry("interval", "interval_send"),
            Map.entry("time without time zone", "time_send"),
            Map.entry("time with time zone", "timetz_send"),
            Map.entry("timestamp without time zone", "timestamp_send"),
            Map.entry("timestamp with time zone", "timestamptz_send"),
            Map.entry("character", "bpcharsend"),
            Map.entry("bpchar", "bpcharsend"));

    private static final Pattern DECLARED_NUMERIC = Pattern.compile("numeric\\(.*\\)");
    private static final Pattern MODIFIER = Pattern.compile("\\([0-9,-]*\\)");
    /** Not zero, with which a numeric NaN has the hash that a NULL has. */
    private static final long SEED = 0x5265686f6d65L;

    private static final String SUMS = "select count(*), coalesce(sum(%s), 0)%s from ";

    private final TenantTable table;
    private final String schema;

    RowHash(TenantTable table, String schema) {
        this.table = table;
        this.schema = schema;
    }

    /** Parameters: the tenant, then the bounds of the range. */
    String checksum(KeyRange range) {
        return SUMS.formatted(hash(), "") + rows(range);
    }

    /** Key and hash of each row. Parameters as {@link #checksum}, then how many at most. */
    String hashes(KeyRange range) {
        return "select array[" + texts(table.key()) + "], " + hash() + " from " + rows(range) + " order by "
                + SqlNames.list(names(table.key())) + " limit ?";
    }

    /**
     * The key within the tenant that stands a number of rows behind the range's beginning. Parameters as {@link #hashes}.
     * Only that key becomes text, not those that are skipped, which would take as long as hashing their rows.
     */
    String keyBehind(KeyRange range) {
        String key = SqlNames.list(names(table.keyWithinTenant()));
        return "select array[" + texts(table.keyWithinTenant()) + "] from (select " + key + " from " + rows(range)
                + " order by " + key + " offset ? limit 1) t";
    }

    /**
     * Sums over the rows with given keys, and a text that tells them from those of other tables. Parameters: that text, and for
     * each of the key's columns an array of texts.
     */
    String checksumOfKeys() {
        return SUMS.formatted(hash(), ", cast(? as text)") + rowsOfKeys();
    }

    /** Key and hash of each row with one of the given keys. Parameters: for each of the key's columns an array of texts. */
    String hashesOfKeys() {
        return "select array[" + wanted("w.k%d") + "], " + hash() + " from " + rowsOfKeys();
    }

    /** Which of the given keys are recorded as changed. Parameters as {@link #hashesOfKeys}, the tenant, the table. */
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
     * two rows swap a value. Hashing each once more, before they are summed, does away with that. As bytes, since the hash
     * of a bigint would keep half of it.
     */
    private String hash() {
        String row = table.columns().stream().map(RowHash::hashed).collect(Collectors.joining(", "));
        return "hash_record_extended(row(int8send(hash_record_extended(row(" + row + "), " + SEED + "))), " + SEED
                + ")";
    }

    private static String hashed(Column column) {
        String value = "t." + SqlNames.quote(column.name());
        if (DECLARED_NUMERIC.matcher(column.type()).matches()) {
            return value + ", " + value + " < 0"; // its hash leaves the sign out
        }
        String type = MODIFIER.matcher(column.type()).replaceAll("");
        if (HASHED_AS_THEY_ARE.contains(type)) {
            return value;
        }
        String send = SENT.get(type);
        return send == null ? value + "::text collate \"C\"" : send + "(" + value + ")";
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
