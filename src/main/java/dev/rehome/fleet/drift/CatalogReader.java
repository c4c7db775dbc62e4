package dev.rehome.fleet.drift;

import dev.rehome.jdbc.SqlNames;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what the homes in a database are like, on a connection of the owner's whose search path is {@code pg_catalog}. */
final class CatalogReader {
    /**
     * Nothing but plain reads of catalogs, for which the server's guesses of sizes are far off in either direction: compiling would cost
     * more than it saves.
     */
    private static final String SETTINGS = "set jit = off";

    private static final String WITH_CHANGELOG = """
            select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relname = 'databasechangelog' and c.relkind = 'r' and n.nspname = any (?)""";
    private static final String LEVEL =
            "md5(string_agg(concat_ws(chr(31), id, author, filename, md5sum), chr(30) order by id, author, filename))";

    private final Connection connection;
    private final String mover;

    /** @param mover the mover's login on the connection's server */
    CatalogReader(Connection connection, String mover) throws SQLException {
        this.connection = connection;
        this.mover = mover;
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
        }
    }

    /** @param app whom transactions in the schema run as */
    record Subject(String schema, String app) {}

    /** What two homes have in common if they are the same. */
    record Fingerprint(long entries, BigDecimal sum) {}

    /**
     * The fingerprints of many homes, with one query; those that do not exist are left out.
     *
     * @param asShared whether policies that only tenants' own homes have are passed over
     */
    Map<Subject, Fingerprint> fingerprints(List<Subject> subjects, boolean asShared) throws SQLException {
        Map<Subject, Fingerprint> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(CatalogItem.FINGERPRINTS)) {
            bind(statement, subjects, asShared);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.put(subjects.get(row.getInt(1) - 1), new Fingerprint(row.getLong(2), row.getBigDecimal(3)));
                }
            }
        }
        return found;
    }

    /** Everything in a home, in the order in which it is made. */
    Map<CatalogEntry.Key, CatalogEntry> entries(Subject subject, boolean asShared) throws SQLException {
        Map<CatalogEntry.Key, CatalogEntry> entries = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(CatalogItem.DETAILS)) {
            bind(statement, List.of(subject), asShared);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    CatalogEntry entry = new CatalogEntry(
                            new CatalogEntry.Key(
                                    CatalogItem.valueOf(row.getString(1)), row.getString(2), row.getString(3)),
                            row.getString(4),
                            row.getString(5),
                            row.getString(6),
                            row.getString(7));
                    entries.put(entry.key(), entry);
                }
            }
        }
        return entries;
    }

    private void bind(PreparedStatement statement, List<Subject> subjects, boolean asShared) throws SQLException {
        statement.setArray(
                1,
                connection.createArrayOf(
                        "text", subjects.stream().map(Subject::schema).toArray()));
        statement.setArray(
                2,
                connection.createArrayOf(
                        "text", subjects.stream().map(Subject::app).toArray()));
        statement.setString(3, mover);
        statement.setBoolean(4, asShared);
    }

    /** Of each schema, a hash of the changesets that ran in it; empty where none ever did. */
    Map<String, String> levels(List<String> schemas) throws SQLException {
        Map<String, String> levels = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(WITH_CHANGELOG)) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    levels.put(row.getString(1), "");
                }
            }
        }
        if (levels.isEmpty()) {
            return levels;
        }
        StringBuilder sql = new StringBuilder();
        for (String schema : levels.keySet()) {
            sql.append(sql.isEmpty() ? "" : " union all ")
                    .append("select ")
                    .append(SqlNames.literal(schema))
                    .append(", coalesce(" + LEVEL + ", '') from ")
                    .append(SqlNames.quote(schema, "databasechangelog"));
        }
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(sql.toString())) {
                while (row.next()) {
                    levels.put(row.getString(1), row.getString(2));
                }
            }
        }
        return levels;
    }

    /** The changesets that ran in a schema, each with its checksum. */
    Map<String, String> changesets(String schema) throws SQLException {
        Map<String, String> changesets = new TreeMap<>();
        if (levels(List.of(schema)).isEmpty()) {
            return changesets;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select author || ':' || id, coalesce(md5sum, '') from "
                        + SqlNames.quote(schema, "databasechangelog"))) {
            while (row.next()) {
                changesets.put(row.getString(1), row.getString(2));
            }
        }
        return changesets;
    }
}
