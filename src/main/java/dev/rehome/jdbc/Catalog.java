package dev.rehome.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What {@link TenantTables} asks a product's catalog; the answers have the same columns everywhere. Columns: table, name,
 * type, position in the primary key or -1, whether it is generated. References: table, the table it refers to, whether
 * both are in the same schema.
 */
enum Catalog {
    POSTGRESQL("""
            select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                   coalesce(array_position(x.indkey::int2[], a.attnum), -1) as key_position,
                   a.attgenerated <> '' as generated
              from (select cast(? as name) as tenant_column) b
              join ${relations} c on c.relkind in ('r', 'p')
              join pg_attribute t on t.attrelid = c.oid and t.attname = b.tenant_column and not t.attisdropped
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              left join pg_index x on x.indrelid = c.oid and x.indisprimary
             order by c.relname, a.attnum""", """
            select c.relname, r.relname, r.relnamespace = c.relnamespace
              from ${relations} c
              join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
              join pg_class r on r.oid = f.confrelid
             where r.oid <> c.oid"""),
    H2("""
            select c.table_name, c.column_name,
                   c.data_type || coalesce('(' || c.character_maximum_length || ')',
                                           '(' || c.numeric_precision || ',' || c.numeric_scale || ')', ''),
                   coalesce(k.ordinal_position, -1) as key_position,
                   c.is_generated = 'ALWAYS' as generated
              from information_schema.tables b
              join information_schema.columns t
                on t.table_schema = b.table_schema and t.table_name = b.table_name and t.column_name = ?
              join information_schema.columns c on c.table_schema = b.table_schema and c.table_name = b.table_name
              left join information_schema.table_constraints p
                on p.table_schema = b.table_schema and p.table_name = b.table_name and p.constraint_type = 'PRIMARY KEY'
              left join information_schema.key_column_usage k
                on k.constraint_schema = p.constraint_schema and k.constraint_name = p.constraint_name
               and k.column_name = c.column_name
             where b.table_schema = ? and b.table_type = 'BASE TABLE'
             order by c.table_name, c.ordinal_position""", """
            select f.table_name, r.table_name, r.table_schema = f.table_schema
              from information_schema.referential_constraints c
              join information_schema.table_constraints f
                on f.constraint_schema = c.constraint_schema and f.constraint_name = c.constraint_name
              join information_schema.table_constraints r
                on r.constraint_schema = c.unique_constraint_schema and r.constraint_name = c.unique_constraint_name
             where f.table_schema = ? and (r.table_schema <> f.table_schema or r.table_name <> f.table_name)""");

    /** Bound to it: the tenant's column, the schema. */
    final String columns;
    /** Bound to it: the schema. */
    final String references;

    Catalog(String columns, String references) {
        this.columns = SchemaRelations.ofNamed(columns);
        this.references = SchemaRelations.ofNamed(references);
    }

    static Catalog of(Connection connection) throws SQLException {
        return "H2".equals(connection.getMetaData().getDatabaseProductName()) ? H2 : POSTGRESQL;
    }
}
