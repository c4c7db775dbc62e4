--liquibase formatted sql

--changeset rehome:statistics-node dbms:postgresql
--comment The processes that measure what tenants do, and when each was last heard of.
create table statistics_node (
    node varchar(200) primary key,
    started_at timestamp with time zone default current_timestamp not null,
    pushed_at timestamp with time zone default current_timestamp not null,
    interval_millis bigint not null,
    ended_at timestamp with time zone
);
--rollback drop table statistics_node;

--changeset rehome:tenant-load dbms:postgresql
--comment What a tenant did in an hour, as one process saw it; the process replaces its row as the hour goes on. buckets counts statements by how long they took, from first_bucket on.
create table tenant_load (
    tenant_id uuid not null references tenant (tenant_id),
    node varchar(200) not null,
    hour timestamp with time zone not null,
    transactions bigint not null,
    writing_transactions bigint not null,
    written_rows bigint not null,
    queries bigint not null,
    query_micros bigint not null,
    first_bucket integer not null,
    buckets bigint[] not null,
    primary key (tenant_id, hour, node)
);
create index tenant_load_hour_idx on tenant_load (hour);
--rollback drop table tenant_load;

--changeset rehome:tenant-size dbms:postgresql
--comment How large a tenant is: its rows by table, and its part of the disk. measured_at: when it was last known to be right; counted_at: when rows were last counted for it. hour_rows: what it had written in that hour by then.
create table tenant_size (
    tenant_id uuid primary key references tenant (tenant_id),
    measured_at timestamp with time zone default current_timestamp not null,
    counted_at timestamp with time zone default current_timestamp not null,
    exact boolean not null,
    hour_rows bigint not null,
    tables text[] not null,
    row_counts bigint[] not null,
    bytes bigint not null
);
--rollback drop table tenant_size;

--changeset rehome:tenant-point dbms:postgresql
--comment What was measured, kept: an hour's, later a day's. A tenant that did nothing in an hour has no point of it.
create table tenant_point (
    tenant_id uuid not null references tenant (tenant_id),
    span varchar(10) not null check (span in ('HOUR', 'DAY')),
    begins timestamp with time zone not null,
    transactions bigint not null,
    writing_transactions bigint not null,
    written_rows bigint not null,
    queries bigint not null,
    query_micros bigint not null,
    first_bucket integer not null,
    buckets bigint[] not null,
    tables text[] not null,
    row_counts bigint[] not null,
    bytes bigint not null,
    primary key (tenant_id, span, begins)
);
create index tenant_point_begins_idx on tenant_point (span, begins);
--rollback drop table tenant_point;

--changeset rehome:move-waiting-since
--comment Since when a move has been waiting, and since when it has been giving a server rest.
alter table move add column waiting_since timestamp with time zone;
alter table move add column resting_since timestamp with time zone;
--rollback alter table move drop column resting_since; alter table move drop column waiting_since;

--changeset rehome:fleet-check dbms:postgresql
--comment What the latest look at the whole fleet has found, of each kind.
create table fleet_check (
    check_name varchar(20) primary key,
    checked_at timestamp with time zone default current_timestamp not null,
    checked_by varchar(200) not null,
    looked_at bigint not null,
    problem_count bigint not null,
    problems text[] not null
);
--rollback drop table fleet_check;

--changeset rehome:statistics-grants dbms:postgresql
--comment Applications write down what they saw, and remove nothing.
grant select, insert, update on rehome_directory.statistics_node, rehome_directory.tenant_load to "${role.app}";
grant select, insert, update, delete on rehome_directory.statistics_node, rehome_directory.tenant_load, rehome_directory.tenant_size, rehome_directory.tenant_point, rehome_directory.fleet_check to "${role.mover}";
--rollback empty
