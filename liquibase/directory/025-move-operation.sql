--liquibase formatted sql

--changeset rehome:move-lease
--comment Who runs a move. The number only grows, over all moves of a tenant; whoever has taken it over has a greater one. Until when the holder has promised to be heard of.
alter table move drop column lease_token;
alter table move add column lease_no bigint default 1 not null;
alter table move add column lease_holder varchar(200);
alter table move add column lease_until timestamp with time zone;
--rollback empty

--changeset rehome:move-control
--comment What the operator wants of a move, and what it is waiting for.
alter table move add column hold_cutover boolean default false not null;
alter table move add column request varchar(20);
alter table move add column waiting_for varchar(2000);
alter table move add column removal_allowed_at timestamp with time zone;
--rollback empty

--changeset rehome:move-progress
--comment How far the phase is, as its mover last said.
alter table move add column rows_done bigint default 0 not null;
alter table move add column rows_total bigint default 0 not null;
alter table move add column bytes_done bigint default 0 not null;
alter table move add column lag_rows bigint default 0 not null;
--rollback empty

--changeset rehome:move-object
--comment What a move makes outside a transaction: written before it is made, marked when it is gone or has become the tenant's home.
create table move_object (
    move_id uuid not null references move (move_id),
    kind varchar(20) not null,
    server_name varchar(63) not null,
    database_name varchar(63) not null,
    object_name varchar(63) not null,
    written_at timestamp with time zone default current_timestamp not null,
    settled_at timestamp with time zone,
    primary key (move_id, kind, server_name, database_name, object_name)
);
--rollback drop table move_object;

--changeset rehome:move-verification
--comment The comparisons of a move, kept: which way, when, by whom, and for each table what was compared and found.
create table move_verification (
    move_id uuid not null references move (move_id),
    report_no integer not null,
    phase varchar(20) not null,
    backward boolean not null,
    verified_by varchar(200) not null,
    started_at timestamp with time zone not null,
    ended_at timestamp with time zone not null,
    primary key (move_id, report_no)
);
create table move_verification_table (
    move_id uuid not null,
    report_no integer not null,
    table_name varchar(63) not null,
    ranges integer not null,
    unequal_ranges integer not null,
    source_rows bigint not null,
    source_sum numeric(60) not null,
    target_rows bigint not null,
    target_sum numeric(60) not null,
    missing bigint not null,
    extra bigint not null,
    different bigint not null,
    repaired bigint not null,
    foreign_at_source bigint not null,
    foreign_at_target bigint not null,
    primary key (move_id, report_no, table_name),
    foreign key (move_id, report_no) references move_verification (move_id, report_no)
);
--rollback drop table move_verification_table; drop table move_verification;

--changeset rehome:move-difference dbms:postgresql
--comment The first rows that differed, by their keys.
create table move_difference (
    move_id uuid not null,
    report_no integer not null,
    difference_no integer not null,
    table_name varchar(63) not null,
    key text[] not null,
    kind varchar(20) not null,
    repaired boolean not null,
    primary key (move_id, report_no, difference_no),
    foreign key (move_id, report_no) references move_verification (move_id, report_no)
);
--rollback drop table move_difference;
