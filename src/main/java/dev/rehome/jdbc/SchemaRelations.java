package dev.rehome.jdbc;

/** How PostgreSQL's catalog is asked for what is in one schema of many. */
public final class SchemaRelations {
    private static final String PLACE = "${relations}";

    private SchemaRelations() {}

    /** As {@link #of}, for a schema whose name is bound where {@code ${relations}} stands. */
    public static String ofNamed(String sql) {
        return of("to_regnamespace(quote_ident(?))", sql);
    }

    /**
     * The query with {@code ${relations}} put in: an item of a {@code FROM} list, the rows of {@code pg_class} that are the
     * schema's tables, views and sequences, without indexes. They are found by what depends on the schema, since no index of
     * {@code pg_class} begins with it: all its rows would be read, of which a database with a thousand homes has thirty thousand.
     *
     * @param schema an expression for the schema's number, of items before it too
     */
    public static String of(String schema, String sql) {
        return sql.replace(
                PLACE,
                "lateral (select r.* from pg_depend d join pg_class r on r.oid = d.objid"
                        + " where d.refclassid = 'pg_namespace'::regclass and d.refobjid = " + schema
                        + " and d.classid = 'pg_class'::regclass and d.objsubid = 0)");
    }
}
