--liquibase formatted sql

--changeset rehome:tenant
create table tenant (
    tenant_id uuid primary key,
    name varchar(200) not null,
    created_at timestamp with time zone default current_timestamp not null
);
--rollback drop table tenant;

--changeset rehome:placement
--comment Where a tenant lives. The epoch only grows.
create table placement (
    tenant_id uuid primary key references tenant (tenant_id),
    tier varchar(20) not null,
    server_name varchar(63) not null,
    database_name varchar(63) not null,
    schema_name varchar(63) not null,
    epoch bigint not null check (epoch > 0),
    since timestamp with time zone default current_timestamp not null
);
create index placement_home_idx on placement (server_name, database_name, schema_name);
--rollback drop table placement;
