--liquibase formatted sql

--changeset rehome:tenant-host
--comment The host names of tenants, in lower case: whole ones, or single labels that stand below a domain of the operator's.
create table tenant_host (
    host varchar(253) primary key,
    tenant_id uuid not null references tenant (tenant_id),
    since timestamp with time zone default current_timestamp not null,
    constraint tenant_host_is_lower_case check (host = lower(host))
);
create index tenant_host_tenant_idx on tenant_host (tenant_id);
--rollback drop table tenant_host;

--changeset rehome:tenant-host-grants dbms:postgresql
grant select on rehome_directory.tenant_host to "${role.app}";
grant select, insert, update, delete on rehome_directory.tenant_host to "${role.mover}";
--rollback empty
