package dev.rehome.schema;

import dev.rehome.jdbc.SqlNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads levels: those of many schemas with one query, computed in the server. */
final class Levels {
    /** Schemas that one query reads: each costs a table lock until it ends, of which a server has some thousands. */
    static final int SCHEMAS_PER_QUERY = 500;

    static final String FINGERPRINT =
            "md5(string_agg(concat_ws(chr(31), orderexecuted, id, author, filename, coalesce(md5sum, '-'), exectype), chr(30)"
                    + " order by orderexecuted, id, author, filename))";

    private Levels() {}

    /** A changeset that a schema has run; without a checksum where Liquibase is to compute it anew. */
    record Ran(
            int order,
            String id,
            String author,
            String file,
            @Nullable String checksum,
            String execType) {}

    /** Of each of the schemas. */
    static Map<String, Level> of(Connection connection, Collection<String> schemas) throws SQLException {
        Map<String, Level> levels = new HashMap<>();
        schemas.forEach(schema -> levels.put(schema, Level.NONE));
        List<String> made = withChangelog(connection, schemas);
        for (int from = 0; from < made.size(); from += SCHEMAS_PER_QUERY) {
            read(connection, made.subList(from, Math.min(made.size(), from + SCHEMAS_PER_QUERY)), levels);
        }
        return levels;
    }

    private static List<String> withChangelog(Connection connection, Collection<String> schemas) throws SQLException {
        List<String> made = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select n.nspname
                  from unnest(cast(? as text[])) as s (name)
                  join pg_namespace n on n.nspname = s.name
                  join pg_class c on c.relname = 'databasechangelog' and c.relnamespace = n.oid and c.relkind = 'r'
                 order by n.nspname""")) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    made.add(row.getString(1));
                }
            }
        }
        return made;
    }

    private static void read(Connection connection, List<String> schemas, Map<String, Level> levels)
            throws SQLException {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < schemas.size(); i++) {
            sql.append(i == 0 ? "" : " union all ")
                    .append("select ")
                    .append(i)
                    .append(", ")
                    .append(FINGERPRINT)
                    .append(" from ")
                    .append(SqlNames.quote(schemas.get(i), "databasechangelog"));
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            while (row.next()) {
                String fingerprint = row.getString(2);
                levels.put(schemas.get(row.getInt(1)), fingerprint == null ? Level.NONE : new Level(fingerprint));
            }
        }
    }

    /** In the order in which they ran; empty where no changelog was ever run. */
    static List<Ran> ran(Connection connection, String schema) throws SQLException {
        List<Ran> ran = new ArrayList<>();
        if (withChangelog(connection, List.of(schema)).isEmpty()) {
            return ran;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select orderexecuted, id, author, filename, md5sum, exectype from "
                                + SqlNames.quote(schema, "databasechangelog")
                                + " order by dateexecuted, orderexecuted")) {
            while (row.next()) {
                ran.add(new Ran(
                        row.getInt(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)));
            }
        }
        return ran;
    }
}
