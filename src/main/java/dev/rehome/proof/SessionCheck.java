package dev.rehome.proof;

import dev.rehome.jdbc.SchemaRelations;

/**
 * What has to hold of the run-time role and its session, whatever the home. Each query returns problems and what mends them;
 * none takes a value. Roles that can be become through SET ROLE, or whose rights are inherited, count like the role itself.
 */
enum SessionCheck {
    ROLE_ATTRIBUTE("""
            select format('Role %I %s', b.rolname, b.what), format('alter role %I %s', b.rolname, b.attribute)
              from beyond_bounds b
             where b.rolname = session_user"""),
    REACHABLE_ROLE("""
            select format('Role %I can become role %I, which %s', m.rolname, b.rolname, b.what), format('revoke %I from %I granted by %s', d.rolname, m.rolname, g.grantor::regrole)
              from me m
              join beyond_bounds b on b.oid <> m.oid and not m.rolsuper and pg_has_role(m.oid, b.oid, 'MEMBER')
              join pg_auth_members g on g.member = m.oid
              join pg_roles d on d.oid = g.roleid and (d.oid = b.oid or pg_has_role(d.oid, b.oid, 'MEMBER'))
             where not exists (select from beyond_bounds through
                                where through.oid not in (b.oid, m.oid) and pg_has_role(m.oid, through.oid, 'MEMBER')
                                  and pg_has_role(through.oid, b.oid, 'MEMBER'))"""),
    ROW_SECURITY_SETTING("""
            select format('row_security is off for role %I', session_user), format('alter role %I reset row_security', session_user)
             where current_setting('row_security') <> 'on'"""),
    NO_REHOME_SCHEMA("""
            select 'Database ' || current_database() || ' has no schema rehome, or one without the canary',
                   'Bring it up with the owner''s login: Homes.bringUp, which every creation of a home calls'
             where not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                where n.nspname = 'rehome' and c.relname = 'canary')"""),
    REHOME_RIGHTS("""
            select format('Role %I can write to rehome.%I', pg_get_userbyid(a.grantee), c.relname),
                   format('revoke all on rehome.%I from %s', c.relname, case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
              from me m
              join ${relations} c on c.relkind = 'r'
              cross join aclexplode(c.relacl) a
             where not m.rolsuper and a.grantee <> c.relowner and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
               and (a.grantee = 0 or pg_has_role(m.oid, a.grantee, 'MEMBER'))
             group by a.grantee, c.relname""");

    static final String ALL =
            SchemaRelations.of("to_regnamespace('rehome')", Checks.together("""
            with me as (
                select oid, rolname, rolsuper from pg_roles where rolname = session_user
            ), owners as (
                select nspowner as oid from pg_namespace where nspname = 'rehome'
            ), beyond_bounds as (
                select r.oid, r.rolname, v.what, v.attribute
                  from pg_roles r
                 cross join lateral (values
                       (r.rolsuper, 'is a superuser', 'nosuperuser'),
                       (r.rolbypassrls, 'bypasses row-level security', 'nobypassrls'),
                       (r.rolreplication, 'can replicate, and so read everything', 'noreplication'),
                       (r.rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'), 'reaches the files of the server', ''),
                       (r.oid in (select oid from owners), 'owns schema rehome', '')
                       ) as v (holds, what, attribute)
                 where v.holds
            )
            """, values(), check -> check.sql));

    private final String sql;

    SessionCheck(String sql) {
        this.sql = sql;
    }
}
