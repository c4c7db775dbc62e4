package dev.rehome.schema;

import dev.rehome.jdbc.SchemaRelations;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The obstacles that PostgreSQL's catalog shows of one home, all in one statement. Each one's query returns names, one a row. */
enum ObstacleQuery {
    NO_PRIMARY_KEY("""
            select 'Table ' || t.name from tables t
             where t.kind in ('r', 'p') and not exists (select from pg_index x where x.indrelid = t.id and x.indisprimary)""", """
            has no primary key, so changes of its rows cannot be followed. Give it one that has the tenant's column in it."""),
    KEY_WITHOUT_TENANT("""
            select case when x.indisprimary then 'Primary key ' else 'Unique index ' end || i.relname || ' of table ' || t.name
              from tables t
              join pg_index x on x.indrelid = t.id and x.indisunique
              join pg_class i on i.oid = x.indexrelid
             where not t.tenant = any ((x.indkey::int2[])[0:x.indnkeyatts - 1])""", """
            leaves out the tenant's column: rows of two tenants could clash in a shared home. Put the column in."""),
    EXCLUSION_ACROSS_TENANTS("""
            select 'Exclusion constraint ' || k.conname || ' of table ' || t.name
              from tables t
              join pg_constraint k on k.conrelid = t.id and k.contype = 'x'
             where not exists (select from unnest(k.conkey, k.conexclop) as u (attnum, operator)
                                 join pg_operator o on o.oid = u.operator
                                where u.attnum = t.tenant and o.oprname = '=')""", """
            does not compare the tenant's column for equality: rows of two tenants could clash in a shared home. Add it."""),
    TENANT_COLUMN_NULLABLE("""
            select 'The tenant''s column of table ' || t.name from tables t where not t.required""", """
            can be NULL, and such a row belongs to nobody. Make it NOT NULL."""),
    TENANT_COLUMN_NOT_UUID("""
            select 'The tenant''s column of table ' || t.name from tables t where t.type <> 'uuid'::regtype""", """
            is not of type uuid. Change its type."""),
    NOT_CAPTURED("""
            select 'Table ' || t.name from tables t
             where t.kind in ('r', 'p') and not exists (
                   select from pg_trigger g where g.tgrelid = t.id and g.tgname = 'rehome_capture' and g.tgenabled = 'A')""", """
            has no enabled trigger that captures changes; it was added without Rehome. Protect the home again."""),
    REFERENCE_TO_OUTSIDE("""
            select format('Foreign key %s of table %s to %s.%s', k.conname, t.name, r.relnamespace::regnamespace, r.relname)
              from tables t
              join pg_constraint k on k.conrelid = t.id and k.contype = 'f'
              join pg_class r on r.oid = k.confrelid
             where not exists (select from tables o where o.id = k.confrelid)""", """
            refers to rows that are not moved, as their table is elsewhere or has no tenant's column. Drop it, or give that \
            table the column."""),
    REFERENCE_FROM_OUTSIDE("""
            select format('Foreign key %s of table %s.%s to table %s', k.conname, c.relnamespace::regnamespace, c.relname, t.name)
              from tables t
             cross join lateral (select distinct d.objid as id from pg_depend d
                                  where d.refclassid = 'pg_class'::regclass and d.refobjid = t.id
                                    and d.classid = 'pg_constraint'::regclass) as d
              join pg_constraint k on k.oid = d.id and k.confrelid = t.id and k.contype = 'f'
              join pg_class c on c.oid = k.conrelid
             where not exists (select from tables o where o.id = k.conrelid)""", """
            ties rows that are not moved to rows that leave. Drop it, or give that table the tenant's column."""),
    REFERENCE_ACROSS_TENANTS("""
            select 'Foreign key ' || k.conname || ' of table ' || t.name
              from tables t
              join pg_constraint k on k.conrelid = t.id and k.contype = 'f'
              join tables r on r.id = k.confrelid
             where not exists (select from unnest(k.conkey, k.confkey) as u (here, there)
                                where u.here = t.tenant and u.there = r.tenant)""", """
            leaves out the tenant's column: a row could refer to another tenant's. Put the column in on both sides."""),
    REFERENCE_THAT_ACTS("""
            select 'Foreign key ' || k.conname || ' of table ' || t.name
              from tables t
              join pg_constraint k on k.conrelid = t.id and k.contype = 'f' and k.conparentid = 0
             where k.confdeltype <> 'a' or not k.condeferrable""", """
            would delete or refuse while a row is being replaced. Make it ON DELETE NO ACTION DEFERRABLE."""),
    IN_SEVERAL_TABLES("""
            select 'Table ' || t.name from tables t
             where t.kind = 'p' or exists (select from pg_inherits i where t.id in (i.inhrelid, i.inhparent))""", """
            is partitioned, a partition, or inherits: its rows would be seen under two names. Make it one plain table."""),
    FOREIGN_TABLE("""
            select 'Foreign table ' || t.name from tables t where t.kind = 'f'""", """
            keeps the tenant's rows elsewhere, where they cannot be followed. Drop it, or move it out of the home's schema."""),
    LARGE_OBJECTS("""
            select 'Column ' || a.attname || ' of table ' || t.name
              from tables t
              join pg_attribute a on a.attrelid = t.id and a.attnum > 0 and not a.attisdropped
              join pg_type y on y.oid = a.atttypid
             where 'oid'::regtype in (y.oid, y.typbasetype)""", """
            is an oid: the large object that it names would stay behind. Store the content itself, as bytea or text."""),
    TRIGGER_THAT_REPEATS("""
            select 'Trigger ' || g.tgname || ' of table ' || t.name
              from tables t
              join pg_trigger g on g.tgrelid = t.id and not g.tgisinternal
             where g.tgname not in ('rehome_capture', 'rehome_truncate') and g.tgenabled in ('O', 'A')
               and g.tgtype & (4 | 8) <> 0 /* insert, delete */
               and pg_get_triggerdef(g.oid) not ilike '%current_user%'""", """
            would run once more for each row that the mover writes or removes. Give it the condition WHEN (current_user <> \
            'the role of the mover')."""),
    RULE("""
            select 'Rule ' || w.rulename || ' of table ' || t.name
              from tables t
              join pg_rewrite w on w.ev_class = t.id""", """
            would change what the mover writes. Drop it."""),
    HIDING_POLICY("""
            select 'Policy ' || p.polname || ' of table ' || t.name
              from tables t
              join pg_policy p on p.polrelid = t.id and not p.polpermissive
             where 0 = any (p.polroles)
                or exists (select from unnest(p.polroles) as r (id) where r.id <> 0 and pg_has_role(r.id, 'member'))""", """
            can hide rows from the mover, which would then be lost without a word. Grant it to the application's role only."""),
    CYCLING_SEQUENCE("""
            select 'Sequence ' || c.relname
              from home h
              join ${relations} c on c.relkind = 'S'
              join pg_sequence s on s.seqrelid = c.oid
             where s.seqcycle""", """
            starts again when it ends, so no position of it is behind all that was used. Make it NO CYCLE.""");

    private static final String TABLES = """
            with home as (
                select to_regnamespace(quote_ident(?)) as id, cast(? as name) as tenant
            ), tables as materialized (
                select c.oid as id, c.relname as name, c.relkind as kind,
                       a.attnum as tenant, a.attnotnull as required, a.atttypid as type
                  from home h
                  join ${relations} c on c.relkind in ('r', 'p', 'f')
                  join pg_attribute a on a.attrelid = c.oid and a.attname = h.tenant and not a.attisdropped
            )
            """;

    /** Bound to it: the schema, the tenant's column. Its rows: which obstacle, whose. */
    static final String ALL = SchemaRelations.of("h.id", TABLES + together() + " order by 1, 2");

    private final String names;
    /** Why it is an obstacle and what to do: goes on behind the name. */
    final String why;

    ObstacleQuery(String names, String why) {
        this.names = names;
        this.why = why;
    }

    private static String together() {
        return Stream.of(values())
                .map(each -> "select '" + each.name() + "', f.name::text from (" + each.names + ") as f (name)")
                .collect(Collectors.joining("\nunion all\n"));
    }
}
