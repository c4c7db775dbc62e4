--liquibase formatted sql

--changeset rehome:backfill-range
--comment In the target's database: into which ranges of keys a copy is divided.
create table rehome.backfill_range (
    tenant_id uuid not null,
    table_name text not null,
    range_no integer not null,
    from_key text[] not null,
    to_key text[] not null,
    row_count bigint not null,
    primary key (tenant_id, table_name, range_no)
);
--rollback drop table rehome.backfill_range;

--changeset rehome:backfill-arrival
--comment Which of them have arrived. Inserted by the transaction that brings the rows, which may have a snapshot too old to see the range's row.
create table rehome.backfill_arrival (
    tenant_id uuid not null,
    table_name text not null,
    range_no integer not null,
    row_count bigint not null,
    byte_count bigint not null,
    primary key (tenant_id, table_name, range_no)
);
--rollback drop table rehome.backfill_arrival;
