--liquibase formatted sql

--changeset rehome:tenant-creation
--comment A tenant that is being created: written before anything is made for it, removed when the directory has its placement. Whoever creates it, or removes what is left, holds a lock on the row.
create table tenant_creation (
    tenant_id uuid primary key,
    name varchar(200) not null,
    tier varchar(20) not null,
    server_name varchar(63) not null,
    database_name varchar(63) not null,
    schema_name varchar(63) not null,
    home_existed boolean not null,
    begun_at timestamp with time zone default current_timestamp not null
);
--rollback drop table tenant_creation;

--changeset rehome:spare-home
--comment Homes in stock. MAKING: written before anything is made, by whoever holds a lock on the row. READY: for anybody. TAKEN: is becoming the home of the tenant, under its own name or the tenant's by now. DROPPING: is being removed.
create table spare_home (
    spare_id uuid primary key,
    tier varchar(20) not null,
    server_name varchar(63) not null,
    database_name varchar(63) not null,
    schema_name varchar(63) not null,
    state varchar(10) not null check (state in ('MAKING', 'READY', 'TAKEN', 'DROPPING')),
    tenant_id uuid,
    written_at timestamp with time zone default current_timestamp not null,
    constraint spare_home_is_taken_by_somebody check ((state = 'TAKEN') = (tenant_id is not null))
);
create unique index spare_home_tenant_idx on spare_home (tenant_id);
create index spare_home_state_idx on spare_home (state, tier, server_name);
--rollback drop table spare_home;

--changeset rehome:spares-grants dbms:postgresql
grant select, insert, update, delete on rehome_directory.tenant_creation, rehome_directory.spare_home to "${role.mover}";
--rollback empty
