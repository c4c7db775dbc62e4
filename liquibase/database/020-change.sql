--liquibase formatted sql

--changeset rehome:change
--comment One row for each row that was written while its tenant's residency asks for capture: which table, which primary key.
create table rehome.change (
    tenant_id uuid not null,
    seq bigint generated always as identity,
    table_name text not null,
    key text[] not null,
    primary key (tenant_id, seq)
);
--rollback drop table rehome.change;
