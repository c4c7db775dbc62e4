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

    /** The names quoted, separated by commas. */
    public static String list(Collection<String> names) {
        return names.stream().map(SqlNames::quote).collect(Collectors.joining(", "));
    }
}
