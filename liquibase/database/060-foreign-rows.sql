--liquibase formatted sql

--changeset rehome:permit-inspection runOnChange:true splitStatements:false
--comment Lets the owner of a home of one tenant's own count what does not belong there. Row-level security is forced on the owner too, so it takes a policy: for that role alone, and only while the setting is on.
create or replace function rehome.permit_inspection(p_schema name, p_discriminator name) returns void
    language plpgsql
as $$
declare
    v_table regclass;
begin
    for v_table in
        select c.oid::regclass
          from pg_depend d
          join pg_class c on c.oid = d.objid
          join pg_attribute a on a.attrelid = c.oid and a.attname = p_discriminator and not a.attisdropped
         where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace(quote_ident(p_schema))
           and d.classid = 'pg_class'::regclass and d.objsubid = 0 and c.relkind in ('r', 'p')
           and not exists (select from pg_policy where polrelid = c.oid and polname = 'foreign_rows')
         order by c.relname
    loop
        execute format($sql$create policy foreign_rows on %s for select to current_user
            using (current_setting('rehome.inspect', true) = 'on')$sql$, v_table);
    end loop;
end
$$;
--rollback drop function rehome.permit_inspection(name, name);

--changeset rehome:foreign-rows runOnChange:true splitStatements:false
--comment Counts, for each table of a home of one tenant's own, the rows of other tenants. Reads almost nothing where the tenant leads the primary key.
create or replace function rehome.foreign_rows(p_schema name, p_discriminator name, p_tenant uuid)
    returns table (table_name name, row_count bigint)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_hidden boolean;
begin
    perform set_config('rehome.inspect', 'on', true);
    for table_name, v_hidden in
        select c.relname, c.relrowsecurity and not exists (
                   select from pg_policy p
                    where p.polrelid = c.oid and p.polname = 'foreign_rows'
                      and p.polroles = array[(select oid from pg_roles where rolname = current_user)])
          from pg_depend d
          join pg_class c on c.oid = d.objid
          join pg_attribute a on a.attrelid = c.oid and a.attname = p_discriminator and not a.attisdropped
         where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace(quote_ident(p_schema))
           and d.classid = 'pg_class'::regclass and d.objsubid = 0 and c.relkind in ('r', 'p')
         order by c.relname
    loop
        if v_hidden then
            raise exception using errcode = 'RH005',
                message = format('row-level security hides rows of table %I.%I from its owner', p_schema, table_name),
                hint = 'Protect the home again: that gives the owner the policy to count them.';
        end if;
        execute format($sql$select (select count(*) from %1$I.%2$I where %3$I < $1)
                                 + (select count(*) from %1$I.%2$I where %3$I > $1)
                                 + (select count(*) from %1$I.%2$I where %3$I is null)$sql$, p_schema, table_name, p_discriminator)
           into row_count using p_tenant;
        return next;
    end loop;
    perform set_config('rehome.inspect', 'off', true);
end
$$;
--rollback drop function rehome.foreign_rows(name, name, uuid);

--changeset rehome:foreign-rows-grants runOnChange:true
revoke all on function rehome.permit_inspection(name, name), rehome.foreign_rows(name, name, uuid) from public;
grant execute on function rehome.foreign_rows(name, name, uuid) to "${role.mover}";
--rollback empty
