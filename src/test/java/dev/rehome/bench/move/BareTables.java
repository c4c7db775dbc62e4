package dev.rehome.bench.move;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The market's tables as a script would make them: columns first, keys, indexes and foreign keys when asked for. Nothing of
 * Rehome's: no policies, no triggers, and none of its code.
 *
 * @param source the schema they are taken from
 * @param target the schema they are made in
 */
record BareTables(String source, String target) {

    /** Of the tables {@code c}, those with rows of storefronts. */
    private static final String HAS_TENANTS =
            " exists (select from pg_attribute t where t.attrelid = c.oid" + " and t.attname = 'storefront_id')";

    /**
     * A table.
     *
     * @param columns separated by commas
     * @param blocks how large it is, in pages
     */
    record BareTable(String name, String columns, long blocks) {}

    /** The largest first. */
    List<BareTable> read(Connection connection) throws SQLException {
        List<BareTable> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select c.relname, string_agg(a.attname, ', ' order by a.attnum),"
                                + " pg_relation_size(c.oid) / current_setting('block_size')::int from pg_class c join pg_attribute a"
                                + " on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where c.relnamespace = '"
                                + source
                                + "'::regnamespace and c.relkind = 'r' and " + HAS_TENANTS
                                + " group by c.oid order by 3 desc")) {
            while (row.next()) {
                tables.add(new BareTable(row.getString(1), row.getString(2), row.getLong(3)));
            }
        }
        return tables;
    }

    /** Makes the tables, with columns only. */
    void create(Connection from, Connection to) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Statement statement = from.createStatement();
                ResultSet row = statement.executeQuery("select 'create table " + target + ".' || c.relname || ' (' ||"
                        + " string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then"
                        + " ' not null' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''), ', '"
                        + " order by a.attnum) || ')' from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
                        + " and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where"
                        + " c.relnamespace = '" + source + "'::regnamespace and c.relkind = 'r' and " + HAS_TENANTS
                        + " group by c.oid")) {
            while (row.next()) {
                statements.add(row.getString(1));
            }
        }
        try (Statement statement = to.createStatement()) {
            statement.execute("create schema " + target);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Statements that build indexes, of keys too, those of the largest tables first. For a connection whose path is the target. */
    List<String> indexes(Connection connection) throws SQLException {
        return definitions(
                connection,
                "select c.relname, pg_get_indexdef(x.indexrelid, 0, true) from pg_index x join pg_class c"
                        + " on c.oid = x.indrelid where" + HAS_TENANTS + " and c.relnamespace = '" + source
                        + "'::regnamespace");
    }

    /** Statements that declare keys over indexes, and foreign keys unchecked. */
    List<String> declarations(Connection connection) throws SQLException {
        return definitions(
                connection,
                "select c.relname, 'alter table ' || c.relname || ' add constraint ' || k.conname || ' ' || case k.contype"
                        + " when 'p' then 'primary key using index ' || k.conname when 'u' then 'unique using index ' ||"
                        + " k.conname else pg_get_constraintdef(k.oid, true) || ' not valid' end from pg_constraint k join"
                        + " pg_class c on c.oid = k.conrelid where" + HAS_TENANTS
                        + " and k.contype in ('p', 'u', 'f') and"
                        + " c.relnamespace = '" + source + "'::regnamespace");
    }

    /** Statements that check foreign keys, each all of a table. */
    List<String> checks(Connection connection) throws SQLException {
        return definitions(
                connection,
                "select c.relname, 'alter table ' || c.relname || string_agg(' validate constraint ' || k.conname, ',') from"
                        + " pg_constraint k join pg_class c on c.oid = k.conrelid where" + HAS_TENANTS
                        + " and k.contype = 'f' and c.relnamespace = '" + source
                        + "'::regnamespace group by c.relname");
    }

    private List<String> definitions(Connection connection, String sql) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            // With the schema in the search path PostgreSQL writes the definitions without it.
            statement.execute("set search_path = " + source);
            try (ResultSet row = statement.executeQuery(
                    "select d.sql from (" + sql
                            + ") as d (relname, sql) order by d.sql like '%not valid', pg_relation_size(d.relname::regclass) desc, d.sql")) {
                while (row.next()) {
                    statements.add(row.getString(1));
                }
            }
        }
        return statements;
    }
}
