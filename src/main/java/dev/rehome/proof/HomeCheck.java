package dev.rehome.proof;

import dev.rehome.jdbc.SchemaRelations;

/**
 * What has to hold of a home's tables, its schema and, in tier SCHEMA, its role. Each query returns problems and what mends
 * them. Everything is read from the catalog, which needs no right on the home, so nobody has to enter it for this.
 */
enum HomeCheck {
    NO_SCHEMA("""
            select format('Schema %I does not exist', h.schema_name), 'Find out which home its tenants have: rehome verify TENANT'
              from home h
             where h.id is null"""),
    NO_TABLE("""
            select format('Schema %I has no table with a column %I', h.schema_name, h.tenant_column),
                   'Run the changelog of homes in it, or correct the name of the tenant''s column'
              from home h
             where h.id is not null and not exists (select from tables)"""),
    ROW_SECURITY_OFF("""
            select format('Table %s has no row-level security', t.path), format('alter table %s enable row level security', t.path)
              from tables t
             where not t.row_security"""),
    ROW_SECURITY_NOT_FORCED("""
            select format('Row-level security of table %s does not bind its owner', t.path), format('alter table %s force row level security', t.path)
              from tables t
             where not t.forced"""),
    NO_POLICY("""
            select format('Table %s has no policy tenant_rows', t.path), format('select rehome.protect(%L, %L, true)', t.path, t.tenant_column)
              from tables t
             where not exists (select from pg_policy p where p.polrelid = t.id and p.polname = 'tenant_rows')"""),
    OTHER_POLICY("""
            select format('Policy tenant_rows of table %s is not the one that Rehome makes', t.path),
                   format('drop policy tenant_rows on %s; select rehome.protect(%L, %L, true)', t.path, t.path, t.tenant_column)
              from tables t
              join pg_policy p on p.polrelid = t.id and p.polname = 'tenant_rows'
             where (p.polpermissive and p.polcmd = '*' and p.polroles = array[0]::oid[]
                    and pg_get_expr(p.polqual, t.id) = t.expression and pg_get_expr(p.polwithcheck, t.id) = t.expression) is not true"""),
    OPENING_POLICY("""
            select format('Policy %I opens table %s to the run-time role', p.polname, t.path), format('drop policy %I on %s', p.polname, t.path)
              from tables t
              join pg_policy p on p.polrelid = t.id and p.polpermissive and p.polname <> 'tenant_rows'
             where exists (select from unnest(p.polroles) as r (id) where r.id = 0 or pg_has_role(session_user, r.id, 'MEMBER'))"""),
    OWNER("""
            select format('%s belongs to the run-time role', o.what),
                   case when o.owner::regrole::text = quote_ident(session_user)
                        then format('alter %s owner to %s', o.what, coalesce((select nspowner::regrole::text from pg_namespace where nspname = 'rehome'), 'rehome_owner'))
                        else format('revoke %s from %I', o.owner::regrole, session_user) end
              from (select 'table ' || t.path, t.owner from tables t
                    union all
                    select format('schema %I', h.schema_name), h.owner from home h where h.id is not null) as o (what, owner)
             where pg_has_role(session_user, o.owner, 'MEMBER')"""),
    PRIMARY_KEY("""
            select format('The primary key of table %s does not begin with the tenant''s column', t.path),
                   format('alter table %s add primary key (%I, id), after dropping another one', t.path, t.tenant_column)
              from tables t
             where not exists (select from pg_index x where x.indrelid = t.id and x.indisprimary and (x.indkey::int2[])[0] = t.tenant)"""),
    UNIQUE_KEY("""
            select format('Unique index %I of table %s leaves out the tenant''s column, so it tells whether another tenant has a value', i.relname, t.path),
                   format('Drop it, then make it again with %I as its first column: %s', t.tenant_column, pg_get_indexdef(x.indexrelid))
              from tables t
              join pg_index x on x.indrelid = t.id and x.indisunique and not x.indisprimary
              join pg_class i on i.oid = x.indexrelid
             where not t.tenant = any ((x.indkey::int2[])[0:x.indnkeyatts - 1])"""),
    FOREIGN_KEY("""
            select format('Foreign key %I of table %s leaves out the tenant''s column, so a row can refer to another tenant''s', k.conname, t.path),
                   format('alter table %s drop constraint %I; alter table %s add constraint %I foreign key (%I, %s) references %s (%I, %s) deferrable',
                          t.path, k.conname, t.path, k.conname, t.tenant_column,
                          (select string_agg(quote_ident(a.attname), ', ' order by u.i) from unnest(k.conkey) with ordinality as u (n, i)
                             join pg_attribute a on a.attrelid = t.id and a.attnum = u.n where u.n <> t.tenant),
                          r.path, t.tenant_column,
                          (select string_agg(quote_ident(a.attname), ', ' order by u.i) from unnest(k.confkey) with ordinality as u (n, i)
                             join pg_attribute a on a.attrelid = r.id and a.attnum = u.n where u.n <> r.tenant))
              from tables t
              join pg_constraint k on k.conrelid = t.id and k.contype = 'f'
              join tables r on r.id = k.confrelid
             where not exists (select from unnest(k.conkey, k.confkey) as u (here, there) where u.here = t.tenant and u.there = r.tenant)"""),
    CAPTURE_MISSING("""
            select format('Table %s has no trigger %s of Rehome''s', t.path, w.name),
                   format('drop trigger if exists rehome_capture on %1$s; drop trigger if exists rehome_truncate on %1$s; select rehome.protect(%2$L, %3$L, true)',
                          t.path, t.path, t.tenant_column)
              from tables t
             cross join (values ('rehome_capture'), ('rehome_truncate')) as w (name)
             where not exists (select from pg_trigger g join pg_proc f on f.oid = g.tgfoid
                                where g.tgrelid = t.id and g.tgname = w.name and f.pronamespace = to_regnamespace('rehome'))"""),
    CAPTURE_NOT_ALWAYS("""
            select format('Trigger %s of table %s does not always run', g.tgname, t.path), format('alter table %s enable always trigger %I', t.path, g.tgname)
              from tables t
              join pg_trigger g on g.tgrelid = t.id and g.tgname in ('rehome_capture', 'rehome_truncate') and g.tgenabled <> 'A'"""),
    UNPROTECTED_VIEW("""
            select format('%s %I.%I shows rows of all tenants to the run-time role', k.word, h.schema_name, c.relname),
                   format('drop %s %I.%I', lower(k.word), h.schema_name, c.relname)
              from home h
             cross join ${relations} c
              join (values ('f', 'Foreign table'), ('m', 'Materialized view'), ('v', 'View')) as k (kind, word) on k.kind = c.relkind::text
              join pg_attribute a on a.attrelid = c.oid and a.attname = h.tenant_column and not a.attisdropped
              join pg_roles o on o.oid = c.relowner
             where (c.relkind <> 'v' or (o.rolsuper or o.rolbypassrls) and not exists (
                        select from pg_options_to_table(c.reloptions) where option_name = 'security_invoker' and option_value::boolean))
               and exists (select from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as x
                            where x.privilege_type = 'SELECT' and (x.grantee = 0 or pg_has_role(session_user, x.grantee, 'MEMBER')))"""),
    TABLE_RIGHTS("""
            select format('%s may %s table %s, where row-level security does not bind', x.grantee_name, string_agg(lower(x.privilege_type), ', ' order by x.privilege_type), t.path),
                   format('revoke %s on %s from %s', string_agg(lower(x.privilege_type), ', ' order by x.privilege_type), t.path, x.grantee_name)
              from tables t
             cross join lateral (select privilege_type, grantee, case grantee when 0 then 'public' else grantee::regrole::text end as grantee_name
                                   from aclexplode(t.acl)) as x
             where x.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER') and x.grantee <> t.owner
               and (x.grantee = 0 or pg_has_role(session_user, x.grantee, 'MEMBER'))
             group by t.path, x.grantee_name"""),
    SCHEMA_RIGHTS("""
            select format('%s may %s schema %I', x.grantee_name, string_agg(case x.privilege_type when 'CREATE' then 'create in' else 'use' end, ' and '), h.schema_name),
                   format('revoke %s on schema %I from %s', string_agg(lower(x.privilege_type), ', '), h.schema_name, x.grantee_name)
              from home h
             cross join lateral (select privilege_type, grantee, case grantee when 0 then 'public' else grantee::regrole::text end as grantee_name
                                   from aclexplode(h.acl)) as x
             where x.grantee <> h.owner and (x.grantee = 0 or pg_has_role(session_user, x.grantee, 'MEMBER'))
               and (x.privilege_type = 'CREATE' or h.home_role is not null and x.grantee_name <> quote_ident(h.home_role))
             group by h.schema_name, x.grantee_name"""),
    NO_ROLE("""
            select format('Role %I of the home does not exist, or %I cannot become it', h.home_role, session_user),
                   case when r.oid is null then format('create role %I nologin; ', h.home_role) else '' end
                       || format('grant %I to %I with inherit false, set true', h.home_role, session_user)
              from home h
              left join pg_roles r on r.rolname = h.home_role
             where h.home_role is not null and (r.oid is null or not pg_has_role(session_user, r.oid, 'SET'))"""),
    INHERITED_ROLE("""
            select format('%I has the rights of role %I without becoming it', session_user, r.rolname),
                   format('grant %I to %I with inherit false, set true', r.rolname, session_user)
              from home h
              join pg_roles r on r.rolname = h.home_role
             where pg_has_role(session_user, r.oid, 'USAGE')""");

    /** Bound to it: the schema, the tenant's column, the role of a SCHEMA home or null. */
    static final String ALL = SchemaRelations.of("h.id", Checks.together("""
            with home as (
                select n.oid as id, n.nspowner as owner, n.nspacl as acl, ask.*
                  from (select cast(? as name), cast(? as name), cast(? as name)) as ask (schema_name, tenant_column, home_role)
                  left join pg_namespace n on n.nspname = ask.schema_name
            ), tables as materialized (
                select c.oid as id, format('%I.%I', h.schema_name, c.relname) as path, c.relrowsecurity as row_security, c.relforcerowsecurity as forced,
                       c.relowner as owner, c.relacl as acl, a.attnum as tenant, h.tenant_column,
                       format('(%I = (NULLIF(current_setting(''rehome.tenant''::text, true), ''''::text))::uuid)', h.tenant_column) as expression
                  from home h
                  join ${relations} c on c.relkind in ('r', 'p')
                  join pg_attribute a on a.attrelid = c.oid and a.attname = h.tenant_column and not a.attisdropped
            )
            """, values(), check -> check.sql));

    private final String sql;

    HomeCheck(String sql) {
        this.sql = sql;
    }
}
