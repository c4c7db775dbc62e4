package dev.rehome.fleet.drift;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a home's catalog is compared by, in the order in which things are made. Each has a query that says, of every such thing in
 * the homes asked for: the relation that it is of, its name, its definition, and the statements that make it, remove it, or
 * change another one of that name into it. Null: there is no such statement. Not compared: rights of owners, rights on
 * functions and types, storage parameters, statistics, comments, rules, and whatever Liquibase keeps for itself.
 */
enum CatalogItem {
    TYPE("""
            select h.no, '' as relation, t.typname::text as name, d.definition,
                   'create ' || case t.typtype when 'e' then 'type' else 'domain' end || format(' ${home}.%I as ', t.typname) || d.definition as make,
                   'drop ' || case t.typtype when 'e' then 'type' else 'domain' end || format(' ${home}.%I', t.typname) as remove, null as change
              from home h
              join pg_type t on t.typnamespace = h.id and t.typtype in ('e', 'd')
             cross join lateral (select case t.typtype
                   when 'e' then 'enum (' || (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) || ')'
                   else format_type(t.typbasetype, t.typtypmod) || case when t.typnotnull then ' not null' else '' end || coalesce(' default ' || t.typdefault, '')
                        || coalesce((select string_agg(format(' constraint %I ', k.conname) || pg_get_constraintdef(k.oid), '' order by k.conname)
                                       from pg_constraint k where k.contypid = t.oid and k.contype = 'c'), '') end as definition) as d"""),
    SEQUENCE("""
            select h.no, h.relname::text, '', d.definition, format('create sequence ${home}.%I ', h.relname) || d.definition,
                   format('drop sequence if exists ${home}.%I', h.relname), format('alter sequence ${home}.%I ', h.relname) || d.definition
              from relation h
              join pg_sequence s on s.seqrelid = h.oid
             cross join lateral (select format('as %s start %s increment %s minvalue %s maxvalue %s cache %s %s', format_type(s.seqtypid, null), s.seqstart,
                    s.seqincrement, s.seqmin, s.seqmax, s.seqcache, case when s.seqcycle then 'cycle' else 'no cycle' end) as definition) as d
             where not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = h.oid and e.deptype = 'i')"""),
    FUNCTION("""
            select h.no, '', format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), pg_get_functiondef(p.oid), pg_get_functiondef(p.oid),
                   format('drop routine ${home}.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), pg_get_functiondef(p.oid)
              from home h
              join pg_proc p on p.pronamespace = h.id and p.prokind in ('f', 'p')"""),
    TABLE("""
            select h.no, h.relname::text, '',
                   case h.relpersistence when 'u' then 'unlogged ' else '' end || coalesce('partition ' || pg_get_expr(h.relpartbound, h.oid),
                        'partitioned by ' || pg_get_partkeydef(h.oid), 'ordinary'),
                   case when h.relpartbound is null then format('create %stable ${home}.%I (', case h.relpersistence when 'u' then 'unlogged ' else '' end, h.relname)
                        || coalesce((select string_agg({whole column}, ', ' order by a.attnum) from pg_attribute a where a.attrelid = h.oid and a.attnum > 0 and not a.attisdropped), '')
                        || ')' || coalesce(' partition by ' || pg_get_partkeydef(h.oid), '') end,
                   format('drop table ${home}.%I', h.relname), null
              from relation h
             where h.relkind in ('r', 'p')"""),
    COLUMN("""
            select h.no, h.relname::text, a.attname::text, {column type}, format('alter table ${home}.%I add column ', h.relname) || {whole column},
                   format('alter table ${home}.%I drop column %I', h.relname, a.attname),
                   case when a.attidentity = '' and a.attgenerated = '' then format('alter table ${home}.%I alter column %I drop identity if exists, alter column %I type ', h.relname, a.attname, a.attname)
                        || {column type} || format(' using %I::', a.attname) || format_type(a.atttypid, a.atttypmod) end
              from relation h {columns}"""),
    NOT_NULL("""
            select h.no, h.relname::text, a.attname::text, 'not null', format('alter table ${home}.%I alter column %I set not null', h.relname, a.attname),
                   format('alter table ${home}.%I alter column %I drop not null', h.relname, a.attname), null
              from relation h {columns} and a.attnotnull"""),
    DEFAULT("""
            select h.no, h.relname::text, a.attname::text, {column default},
                   format('alter table ${home}.%I alter column %I set default ', h.relname, a.attname) || {column default},
                   format('alter table ${home}.%I alter column %I drop default', h.relname, a.attname),
                   format('alter table ${home}.%I alter column %I set default ', h.relname, a.attname) || {column default}
              from relation h {columns} and a.atthasdef and a.attgenerated = ''"""),
    /** Statements that were prepared for another order fail with 0A000 in pools that serve many homes. */
    COLUMN_ORDER("""
            select h.no, h.relname::text, '',
                   (select string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a where a.attrelid = h.oid and a.attnum > 0 and not a.attisdropped),
                   null, null, null
              from relation h
             where h.relkind in ('r', 'p')"""),
    KEY("""
            {constraints} k.contype in ('p', 'u', 'x')"""),
    CHECK("""
            {constraints} k.contype = 'c'"""),
    FOREIGN_KEY("""
            {constraints} k.contype = 'f' and k.conparentid = 0"""),
    INDEX("""
            select h.no, h.relname::text, i.relname::text, pg_get_indexdef(x.indexrelid) || case when x.indisvalid then '' else ' (invalid)' end,
                   pg_get_indexdef(x.indexrelid), format('drop index if exists ${home}.%I', i.relname), null
              from relation h
              join pg_index x on x.indrelid = h.oid
              join pg_class i on i.oid = x.indexrelid
             where h.relkind in ('r', 'p', 'm') and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))"""),
    VIEW("""
            select h.no, h.relname::text, '', k.word || ' as ' || pg_get_viewdef(h.oid), format('create %s ${home}.%I as ', k.word, h.relname) || pg_get_viewdef(h.oid),
                   format('drop %s ${home}.%I', k.word, h.relname), null
              from relation h
             cross join lateral (select case h.relkind when 'v' then 'view' else 'materialized view' end as word) as k
             where h.relkind in ('v', 'm')"""),
    OWNER("""
            select h.no, h.relname::text, '', {role h.relowner}, null, null, format('alter %s ${home}.%I owner to ', case h.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, h.relname)
                   || {role h.relowner}from relation h
             where not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = h.oid and e.deptype in ('i', 'a') and h.relkind = 'S')
            union all
            select h.no, '', 'schema', {role h.schema_owner}, null, null, 'alter schema ${home} owner to ' || {role h.schema_owner} from home h"""),
    TRIGGER("""
            select h.no, h.relname::text, t.tgname::text, pg_get_triggerdef(t.oid), pg_get_triggerdef(t.oid) || s.state, format('drop trigger if exists %I on ${home}.%I', t.tgname, h.relname), null
              from relation h
              join pg_trigger t on t.tgrelid = h.oid and not t.tgisinternal and t.tgparentid = 0
             cross join lateral (select case t.tgenabled when 'O' then '' else format('; alter table ${home}.%I %s trigger %I', h.relname,
                    case t.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, t.tgname) end as state) as s"""),
    TRIGGER_STATE("""
            select h.no, h.relname::text, t.tgname::text, s.state, null, null, format('alter table ${home}.%I %s trigger %I', h.relname, s.state, t.tgname)
              from relation h
              join pg_trigger t on t.tgrelid = h.oid and not t.tgisinternal and t.tgparentid = 0
             cross join lateral (select case t.tgenabled when 'O' then 'enable' when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end as state) as s"""),
    ROW_SECURITY("""
            select h.no, h.relname::text, '', concat_ws(', ', s.enabled, s.forced), null, null,
                   format('alter table ${home}.%I %s row level security, %s row level security', h.relname, s.enabled, s.forced)
              from relation h
             cross join lateral (select case when h.relrowsecurity then 'enable' else 'disable' end as enabled,
                                        case when h.relforcerowsecurity then 'force' else 'no force' end as forced) as s
             where h.relkind in ('r', 'p')"""),
    POLICY("""
            select h.no, h.relname::text, p.polname::text, d.definition, format('create policy %I on ${home}.%I ', p.polname, h.relname) || d.definition,
                   format('drop policy if exists %I on ${home}.%I', p.polname, h.relname), null
              from relation h
              join pg_policy p on p.polrelid = h.oid
             cross join lateral (select concat_ws(' ', case when p.polpermissive then 'as permissive' else 'as restrictive' end,
                   'for', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                   'to', (select string_agg(n.name, ', ' order by n.name) from unnest(p.polroles) as u (id) cross join lateral (select {role u.id}as name) as n),
                   'using (' || pg_get_expr(p.polqual, h.oid) || ')', 'with check (' || pg_get_expr(p.polwithcheck, h.oid) || ')') as definition) as d
             where not (h.as_shared and p.polname = 'foreign_rows')"""),
    GRANT("""
            select h.no, h.relation, g.name, g.privileges, 'grant ' || g.privileges || ' on ' || h.object || ' to ' || g.name || g.further,
                   'revoke all on ' || h.object || ' from ' || g.name,
                   'revoke all on ' || h.object || ' from ' || g.name || '; grant ' || g.privileges || ' on ' || h.object || ' to ' || g.name || g.further
              from (select r.no, r.app, r.mover, r.owner, r.relname::text as relation, r.relowner as object_owner, case r.relkind when 'S' then 'sequence ' else '' end || format('${home}.%I', r.relname) as object, r.relacl as acl
                      from relation r
                    union all
                    select s.no, s.app, s.mover, s.owner, '', s.schema_owner, 'schema ${home}', s.schema_acl from home s) as h
             cross join lateral (select n.name, string_agg(x.privilege_type, ', ' order by x.privilege_type) as privileges,
                                        case when x.is_grantable then ' with grant option' else '' end as further
                                   from aclexplode(h.acl) as x cross join lateral (select {role x.grantee}as name) as n
                                  where x.grantee <> h.object_owner
                                  group by n.name, x.is_grantable) as g"""),
    COLUMN_GRANT("""
            select h.no, h.relname::text, g.name || ' ' || a.attname, g.privileges, 'grant ' || g.qualified || format(' on ${home}.%I to ', h.relname) || g.name,
                   'revoke ' || g.qualified || format(' on ${home}.%I from ', h.relname) || g.name, null
              from relation h
              join pg_attribute a on a.attrelid = h.oid and a.attnum > 0 and not a.attisdropped and a.attacl is not null
             cross join lateral (select n.name, string_agg(x.privilege_type, ', ' order by x.privilege_type) as privileges,
                                        string_agg(x.privilege_type || format(' (%I)', a.attname), ', ' order by x.privilege_type) as qualified
                                   from aclexplode(a.attacl) as x cross join lateral (select {role x.grantee}as name) as n
                                  group by n.name) as g""");

    private final String sql;

    CatalogItem(String sql) {
        this.sql = CatalogSql.expand(sql);
    }

    /** How messages call it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether dropping it drops data. */
    boolean holdsData() {
        return this == TABLE || this == COLUMN;
    }

    /** Bound to it: what is bound to {@link CatalogSql#COMMON}. Columns: no of the home, what is common to all homes of a kind. */
    static final String FINGERPRINTS = CatalogSql.COMMON
            + "select i.no, count(*), sum(hashtextextended(concat_ws(chr(31), i.kind, i.relation, i.name, "
            + CatalogSql.neutral("definition") + "), 0)::numeric)\nfrom ("
            + union("f.definition::text") + ") as i group by i.no";

    /** As {@link #FINGERPRINTS}. Columns: kind, relation, name, definition, make, remove, change. */
    static final String DETAILS = CatalogSql.COMMON + "select i.kind, i.relation, i.name, "
            + Stream.of("definition", "make", "remove", "change")
                    .map(CatalogSql::neutral)
                    .collect(Collectors.joining(", "))
            + "\nfrom (" + union("f.definition::text, f.make::text, f.remove::text, f.change::text")
            + ") as i order by i.kind_no, i.relation, i.name";

    /** Each row of a kind, with what makes it neutral. */
    private static String union(String columns) {
        CatalogItem[] items = values();
        return IntStream.range(0, items.length)
                .mapToObj(no -> "select f.no, " + no + " as kind_no, '" + items[no].name()
                        + "' as kind, f.relation::text, f.name::text, " + columns + ", p.prefix, p.pattern from (\n"
                        + items[no].sql
                        + "\n) as f (no, relation, name, definition, make, remove, change) join home p on p.no = f.no")
                .collect(Collectors.joining("\nunion all\n", "", "\noffset 0"));
    }
}
