--liquibase formatted sql

--changeset rehome:capture-unentered runOnChange:true splitStatements:false
--comment For a writer that did not enter (a script, an administrator): takes the tenant's lock and checks residency on its behalf. Says whether to record.
create or replace function rehome.admit_unentered(p_tenant uuid, p_schema text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r rehome.residency;
begin
    r := rehome.resident(p_tenant);
    if r.state <> 'HERE' or r.schema_name <> p_schema then
        perform rehome.refuse(r);
    end if;
    return r.capture;
end
$$;
--rollback drop function rehome.admit_unentered(uuid, text);

--changeset rehome:refuse-truncate runOnChange:true splitStatements:false
create or replace function rehome.refuse_truncate() returns trigger
    language plpgsql
as $$
begin
    raise exception using errcode = 'RH005',
        message = format('TRUNCATE of %I.%I is refused: it would bypass change capture and touch every tenant', tg_table_schema, tg_table_name),
        hint = 'Delete the rows of one tenant instead.';
end
$$;
--rollback drop function rehome.refuse_truncate();

--changeset rehome:capture-function runOnChange:true splitStatements:false
--comment Makes, once for each shape of primary key, the trigger function that records a change of a table with that key. Returns its name.
create or replace function rehome.capture_function(p_discriminator name, p_key name[]) returns text
    language plpgsql
as $make$
declare
    v_name text := 'capture_' || array_to_string(p_key, '_');
    v_old text;
    v_new text;
begin
    if length(v_name) > 60 or not (p_discriminator = any (p_key)) then
        v_name := 'capture_' || md5(p_discriminator || ' ' || array_to_string(p_key, ' '));
    end if;
    if to_regprocedure(format('rehome.%I()', v_name)) is null then
        select string_agg(format('old.%I::text', k), ', ' order by i), string_agg(format('new.%I::text', k), ', ' order by i)
          into v_old, v_new
          from unnest(p_key) with ordinality as u (k, i);
        execute format($create$
            create function rehome.%1$I() returns trigger
                language plpgsql security definer
                set search_path = pg_catalog, pg_temp
            as $body$
            declare
                v_capture boolean;
            begin
                if tg_op <> 'INSERT' then
                    v_capture := current_setting('rehome.capture', true) = 'on'
                        and current_setting('rehome.tenant', true) = old.%2$I::text;
                    if v_capture is not true then
                        v_capture := rehome.admit_unentered(old.%2$I, tg_table_schema);
                    end if;
                    if v_capture then
                        insert into rehome.change (tenant_id, table_name, key) values (old.%2$I, tg_table_name, array[%3$s]);
                    end if;
                end if;
                if tg_op = 'DELETE' then
                    return null;
                end if;
                if tg_op = 'INSERT' or new.%2$I <> old.%2$I or array[%4$s] <> array[%3$s] then
                    v_capture := current_setting('rehome.capture', true) = 'on'
                        and current_setting('rehome.tenant', true) = new.%2$I::text;
                    if v_capture is not true then
                        v_capture := rehome.admit_unentered(new.%2$I, tg_table_schema);
                    end if;
                    if v_capture then
                        insert into rehome.change (tenant_id, table_name, key) values (new.%2$I, tg_table_name, array[%4$s]);
                    end if;
                end if;
                return null;
            end
            $body$
        $create$, v_name, p_discriminator, v_old, v_new);
    end if;
    return v_name;
end
$make$;
--rollback drop function rehome.capture_function(name, name[]);

--changeset rehome:protect runOnChange:true splitStatements:false
--comment Puts the capture triggers and, if wanted, row-level security on one table. Does nothing that is already done.
create or replace function rehome.protect(p_table regclass, p_discriminator name, p_row_security boolean) returns void
    language plpgsql
as $$
declare
    v_key name[];
begin
    select array_agg(a.attname order by k.i) into v_key
      from pg_index x
      cross join lateral unnest(x.indkey::int2[]) with ordinality as k (attnum, i)
      join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.attnum
     where x.indrelid = p_table and x.indisprimary;
    if v_key is null then
        raise exception using errcode = 'RH005',
            message = format('table %s has no primary key', p_table),
            hint = 'A change of a row without a key cannot be followed. Give the table a primary key.';
    end if;
    if not exists (select from pg_trigger where tgrelid = p_table and tgname = 'rehome_capture') then
        execute format($sql$create trigger rehome_capture after insert or update or delete on %s for each row
            when (current_setting('rehome.capture', true) is distinct from 'off') execute function rehome.%I()$sql$,
            p_table, rehome.capture_function(p_discriminator, v_key));
        execute format('alter table %s enable always trigger rehome_capture', p_table);
        execute format('create trigger rehome_truncate before truncate on %s for each statement execute function rehome.refuse_truncate()', p_table);
        execute format('alter table %s enable always trigger rehome_truncate', p_table);
    end if;
    if p_row_security and not exists (select from pg_policy where polrelid = p_table and polname = 'tenant_rows') then
        execute format($sql$create policy tenant_rows on %1$s
            using (%2$I = nullif(current_setting('rehome.tenant', true), '')::uuid)
            with check (%2$I = nullif(current_setting('rehome.tenant', true), '')::uuid)$sql$, p_table, p_discriminator);
        execute format('alter table %s enable row level security', p_table);
        execute format('alter table %s force row level security', p_table);
    end if;
end
$$;
--rollback drop function rehome.protect(regclass, name, boolean);

--changeset rehome:protect-home runOnChange:true splitStatements:false
--comment Protects every table of a schema that has the tenant's column, and gives the run-time role and the mover their rights on them and on the schema's sequences.
create or replace function rehome.protect_home(p_schema name, p_discriminator name, p_app name, p_mover name, p_row_security boolean) returns integer
    language plpgsql
as $$
declare
    v_schema oid := to_regnamespace(quote_ident(p_schema));
    v_roles oid[] := array(select oid from pg_roles where rolname in (p_app, p_mover));
    v_table regclass;
    v_sequence regclass;
    v_granted boolean;
    v_count integer := 0;
begin
    execute format('grant usage on schema %I to %I, %I', p_schema, p_app, p_mover);
    -- Found by what depends on the schema: no index of pg_class begins with it, and a database may have a thousand schemas.
    for v_table, v_granted in
        select c.oid::regclass,
               (select count(distinct (g.grantee, g.privilege_type)) from aclexplode(c.relacl) g
                 where g.grantee = any (v_roles) and g.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')) = 8
          from pg_depend d
          join pg_class c on c.oid = d.objid
          join pg_attribute a on a.attrelid = c.oid and a.attname = p_discriminator and not a.attisdropped
         where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema
           and d.classid = 'pg_class'::regclass and d.objsubid = 0 and c.relkind in ('r', 'p')
         order by c.relname
    loop
        perform rehome.protect(v_table, p_discriminator, p_row_security);
        if not v_granted then
            execute format('grant select, insert, update, delete on %s to %I, %I', v_table, p_app, p_mover);
        end if;
        v_count := v_count + 1;
    end loop;
    for v_sequence in
        select c.oid::regclass
          from pg_depend d
          join pg_class c on c.oid = d.objid
         where d.refclassid = 'pg_namespace'::regclass and d.refobjid = v_schema
           and d.classid = 'pg_class'::regclass and d.objsubid = 0 and c.relkind = 'S'
           and (select count(distinct (g.grantee, g.privilege_type)) from aclexplode(c.relacl) g
                 where g.grantee = any (v_roles) and g.privilege_type in ('USAGE', 'SELECT')
                    or g.grantee = (select oid from pg_roles where rolname = p_mover) and g.privilege_type = 'UPDATE') < 5
         order by c.relname
    loop
        execute format('grant usage, select on sequence %s to %I', v_sequence, p_app);
        execute format('grant usage, select, update on sequence %s to %I', v_sequence, p_mover);
    end loop;
    return v_count;
end
$$;
--rollback drop function rehome.protect_home(name, name, name, name, boolean);
