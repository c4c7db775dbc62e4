--liquibase formatted sql

--changeset rehome:lease
--comment Who may write for a tenant's move in this database: the highest lease that was claimed here.
create table rehome.lease (
    tenant_id uuid primary key,
    lease_no bigint not null,
    claimed_at timestamptz not null default now()
);
--rollback drop table rehome.lease;

--changeset rehome:claim-lease runOnChange:true splitStatements:false
--comment Makes a lease the one that counts here, unless a later one does. Waits for the transactions that hold an earlier one. SQLSTATE RH004: the lease is lost.
create or replace function rehome.claim_lease(p_tenant uuid, p_lease_no bigint) returns void
    language plpgsql volatile
    set lock_timeout = '10s'
as $$
begin
    insert into rehome.lease (tenant_id, lease_no) values (p_tenant, p_lease_no)
        on conflict (tenant_id) do update set lease_no = excluded.lease_no, claimed_at = now()
            where lease.lease_no <= excluded.lease_no;
    if not found then
        raise exception using errcode = 'RH004', message = format('a later lease than %s was claimed for tenant %s', p_lease_no, p_tenant);
    end if;
end
$$;
--rollback drop function rehome.claim_lease(uuid, bigint);

--changeset rehome:hold-lease runOnChange:true splitStatements:false
--comment Keeps the lease from being taken over until the transaction ends. SQLSTATE RH004: it has been taken over already.
create or replace function rehome.hold_lease(p_tenant uuid, p_lease_no bigint) returns void
    language plpgsql volatile
as $$
begin
    perform from rehome.lease where tenant_id = p_tenant and lease_no = p_lease_no for share;
    if not found then
        raise exception using errcode = 'RH004', message = format('lease %s of tenant %s is lost', p_lease_no, p_tenant);
    end if;
end
$$;
--rollback drop function rehome.hold_lease(uuid, bigint);
