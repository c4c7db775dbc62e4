--liquibase formatted sql

--changeset rehome:lock-key runOnChange:true splitStatements:false
--comment The advisory lock of a tenant: shared for those who enter, exclusive for the fence.
create or replace function rehome.lock_key(p_tenant uuid) returns bigint
    language sql immutable parallel safe
    return uuid_hash_extended(p_tenant, 7310307441);
--rollback drop function rehome.lock_key(uuid);

--changeset rehome:resident runOnChange:true splitStatements:false
--comment Takes the tenant's shared lock, then reads its residency: in that order, so that whoever gets past a fence sees what the fence was for.
create or replace function rehome.resident(p_tenant uuid) returns rehome.residency
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '250ms'
as $$
declare
    r rehome.residency;
begin
    perform pg_advisory_xact_lock_shared(rehome.lock_key(p_tenant));
    if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        select * into r from rehome.residency where tenant_id = p_tenant;
    else
        -- The snapshot of this transaction may be older than the lock. FOR SHARE fails with 40001 if the row has changed since.
        select * into r from rehome.residency where tenant_id = p_tenant for share;
    end if;
    if r.tenant_id is null then
        raise exception using errcode = 'RH003', message = format('tenant %s is not known in this database', p_tenant);
    end if;
    if r.state = 'SUSPENDED' then
        raise exception using errcode = 'RH002', message = format('tenant %s is suspended', p_tenant);
    end if;
    return r;
end
$$;
--rollback drop function rehome.resident(uuid);

--changeset rehome:refuse runOnChange:true splitStatements:false
--comment SQLSTATE RH001: the tenant lives elsewhere. The detail is its placement, a field a line: tier, server, database, schema, epoch.
create or replace function rehome.refuse(r rehome.residency) returns void
    language plpgsql volatile
as $$
begin
    raise exception using errcode = 'RH001',
        message = format('tenant %s lives elsewhere', r.tenant_id),
        detail = concat_ws(E'\n', r.tier, r.server_name, r.database_name, r.schema_name, r.epoch);
end
$$;
--rollback drop function rehome.refuse(rehome.residency);

--changeset rehome:bind runOnChange:true splitStatements:false
--comment What binds the statements of a transaction, until it ends. One expression, because each that PL/pgSQL has costs something in every transaction anew.
create or replace function rehome.bind(p_tenant uuid, p_capture boolean, p_read_only boolean) returns text
    language sql volatile
    return set_config('rehome.tenant', p_tenant::text, true)
        || set_config('rehome.capture', case when p_capture then 'on' else 'off' end, true)
        || case when p_read_only then set_config('transaction_read_only', 'on', true) else '' end
        || case when current_setting('rehome.show_tenant', true) = 'on' then
                -- For pg_stat_activity and log_line_prefix, which know no other setting.
                set_config('application_name',
                    left(split_part(current_setting('application_name'), ' tenant=', 1), 19) || ' tenant=' || p_tenant, true)
            else '' end;
--rollback drop function rehome.bind(uuid, boolean, boolean);

--changeset rehome:admit runOnChange:true splitStatements:false
--comment Admits a transaction to the tenant's home, or refuses it. Returns the role in which its work is done.
create or replace function rehome.admit(p_tenant uuid, p_epoch bigint, p_read_only boolean) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r rehome.residency;
    v_role text;
    v_bound text;
begin
    -- Nearly always nobody is at the fence and the tenant lives here: then one query does it. Its snapshot is younger than the lock.
    if current_setting('transaction_isolation') = 'read committed'
            and pg_try_advisory_xact_lock_shared(rehome.lock_key(p_tenant)) then
        select coalesce(role_name, current_setting('role')), rehome.bind(p_tenant, capture, p_read_only) into v_role, v_bound
          from rehome.residency
         where tenant_id = p_tenant and state = 'HERE' and epoch = p_epoch and arriving_epoch is distinct from p_epoch;
        if found then
            return v_role;
        end if;
    end if;
    r := rehome.resident(p_tenant);
    if r.arriving_epoch = p_epoch then
        -- Known only from the home that the tenant has left for this one; the mover has not said so here yet.
        r.role_name := r.arriving_role;
        r.capture := r.arriving_capture;
    elsif r.state <> 'HERE' or r.epoch <> p_epoch then
        perform rehome.refuse(r);
    end if;
    v_bound := rehome.bind(p_tenant, r.capture, p_read_only);
    return coalesce(r.role_name, current_setting('role'));
end
$$;
--rollback drop function rehome.admit(uuid, bigint, boolean);

--changeset rehome:enter-inlined
--comment It returned nothing, which PostgreSQL does not inline, and the type of a result cannot be replaced.
drop function if exists rehome.enter(uuid, bigint, boolean);
--rollback empty

--changeset rehome:enter runOnChange:true splitStatements:false
--comment The first statement of every transaction. The role is taken here, as PostgreSQL refuses that inside a definer's function.
create or replace function rehome.enter(p_tenant uuid, p_epoch bigint, p_read_only boolean default false) returns text
    language sql volatile
    return set_config('role', rehome.admit(p_tenant, p_epoch, p_read_only), true);
--rollback drop function rehome.enter(uuid, bigint, boolean);
