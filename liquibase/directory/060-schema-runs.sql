--liquibase formatted sql

--changeset rehome:schema-run
--comment A run of the homes' changelog over the fleet. It stays open until every home of it is at the newest level, or is taken back.
create table schema_run (
    run_id uuid primary key,
    changelog varchar(1000) not null,
    opened_by varchar(200) not null,
    opened_at timestamp with time zone default current_timestamp not null,
    ended_at timestamp with time zone
);
--rollback drop table schema_run;

--changeset rehome:schema-run-home
--comment What became of each home of a run that was not at the newest level; the schema rehome of a database counts as one. Wave 0 is the canaries'; a wave begins when nothing of the earlier ones is left to do.
create table schema_run_home (
    run_id uuid not null references schema_run (run_id),
    server_name varchar(63) not null,
    database_name varchar(63) not null,
    schema_name varchar(63) not null,
    tier varchar(20) not null,
    wave integer not null,
    place bigint not null,
    state varchar(20) not null check (state in ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'SKIPPED', 'ROLLED_BACK')),
    from_level varchar(40) not null,
    to_level varchar(40),
    changesets integer default 0 not null,
    replayed boolean,
    attempts integer default 0 not null,
    holder varchar(200),
    lease_until timestamp with time zone,
    ended_at timestamp with time zone,
    millis bigint,
    error varchar(2000),
    primary key (run_id, server_name, database_name, schema_name)
);
create index schema_run_home_next_idx on schema_run_home (run_id, state, wave, place);
--rollback drop table schema_run_home;

--changeset rehome:schema-run-grants dbms:postgresql
grant select, insert, update, delete on rehome_directory.schema_run, rehome_directory.schema_run_home to "${role.mover}";
--rollback empty
