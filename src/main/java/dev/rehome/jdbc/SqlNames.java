package dev.rehome.jdbc;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quotes the names of tables, columns, schemas and roles. Values are never put into SQL text; they are bound. */
public final class SqlNames {
    private SqlNames() {}

    public static String quote(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A name cannot hold the character NUL.");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String quote(String schema, String name) {
        return quote(schema) + '.' + quote(name);
    }

    /** The name as a text constant, for statements that look it up in the catalog or a log and take no bound values. */
    public static String literal(String name) {
        if (name.indexOf('\0') >= 0 || name.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("A name in a text constant cannot hold NUL or a backslash.");
        }
        return "'" + name.replace("'", "''") + "'";
    }

    /** The names quoted, separated by commas. */
    public static String list(Collection<String> names) {
        return names.stream().map(SqlNames::quote).collect(Collectors.joining(", "));
    }
}
