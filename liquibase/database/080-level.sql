--liquibase formatted sql

--changeset rehome:has-run runOnChange:true splitStatements:false
--comment Whether a changeset has been run in a schema, for applications that need it: they cannot read the changelog's own table. Null if there is no such schema.
create or replace function rehome.has_run(p_schema name, p_changeset text) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_has_run boolean;
begin
    if to_regclass(format('%I.databasechangelog', p_schema)) is not null then
        execute format('select exists (select from %I.databasechangelog where id = $1)', p_schema) into v_has_run using p_changeset;
    end if;
    return v_has_run;
end
$$;
--rollback drop function rehome.has_run(name, text);

--changeset rehome:level-grants runOnChange:true
revoke all on function rehome.has_run(name, text) from public;
grant execute on function rehome.has_run(name, text) to "${role.app}", "${role.mover}";
--rollback empty
