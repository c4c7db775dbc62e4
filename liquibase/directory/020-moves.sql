--liquibase formatted sql

--changeset rehome:move
--comment One move of one tenant. The phase changes by one conditional update per transition: this move, the expected phase, the lease's token.
create table move (
    move_id uuid primary key,
    tenant_id uuid not null references tenant (tenant_id),
    phase varchar(20) not null,
    lease_token uuid not null,
    from_tier varchar(20) not null,
    from_server varchar(63) not null,
    from_database varchar(63) not null,
    from_schema varchar(63) not null,
    from_epoch bigint not null,
    to_tier varchar(20) not null,
    to_server varchar(63) not null,
    to_database varchar(63) not null,
    to_schema varchar(63) not null,
    started_at timestamp with time zone default current_timestamp not null,
    phase_since timestamp with time zone default current_timestamp not null,
    finished_at timestamp with time zone,
    failure varchar(2000)
);
create index move_tenant_idx on move (tenant_id, started_at);
--rollback drop table move;

--changeset rehome:move-journal
--comment What happened, in order. Never updated.
create table move_journal (
    move_id uuid not null references move (move_id),
    entry_no integer not null,
    phase varchar(20) not null,
    written_at timestamp with time zone default current_timestamp not null,
    note varchar(4000) not null,
    primary key (move_id, entry_no)
);
--rollback drop table move_journal;
