--liquibase formatted sql

--changeset rehome:residency
--comment The truth about where a tenant lives, as far as this database knows. HERE: in schema_name, at epoch. MOVED: the four columns say where to.
create table rehome.residency (
    tenant_id uuid primary key,
    epoch bigint not null check (epoch > 0),
    state text not null check (state in ('HERE', 'MOVED', 'SUSPENDED')),
    tier text not null,
    server_name text not null,
    database_name text not null,
    schema_name text not null,
    role_name text,
    capture boolean not null default false,
    changed_at timestamptz not null default now()
);
--rollback drop table rehome.residency;

--changeset rehome:canary
--comment One row of a tenant that does not exist. A role that can see it is not bound by row-level security.
create table rehome.canary (storefront_id uuid primary key);
insert into rehome.canary values ('00000000-0000-0000-0000-00000000cafe');
alter table rehome.canary enable row level security;
alter table rehome.canary force row level security;
create policy tenant_rows on rehome.canary
    using (storefront_id = nullif(current_setting('rehome.tenant', true), '')::uuid)
    with check (storefront_id = nullif(current_setting('rehome.tenant', true), '')::uuid);
--rollback drop table rehome.canary;
