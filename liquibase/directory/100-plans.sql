--liquibase formatted sql

--changeset rehome:plan
--comment What the strategy wants of the fleet, as it was last asked. The newest plan counts; its lines that are still wanted are taken over by the next.
create table plan (
    plan_id uuid primary key,
    plan_no bigint generated always as identity unique,
    made_at timestamp with time zone not null,
    made_by varchar(200) not null,
    tenants integer not null,
    currency varchar(10) not null,
    now_low numeric(20, 4) not null,
    now_high numeric(20, 4) not null,
    after_low numeric(20, 4) not null,
    after_high numeric(20, 4) not null,
    databases_low numeric(20, 4) not null,
    databases_high numeric(20, 4) not null
);
--rollback drop table plan;

--changeset rehome:plan-line
--comment A move that the strategy wishes, why, what it is expected to take and to cost, and what was decided about it. A tenant has one that is open at most.
create table plan_line (
    line_id uuid primary key,
    plan_id uuid not null references plan (plan_id),
    line_no integer not null,
    tenant_id uuid not null references tenant (tenant_id),
    from_tier varchar(20) not null,
    from_server varchar(63) not null,
    from_database varchar(63) not null,
    from_schema varchar(63) not null,
    from_epoch bigint not null,
    to_tier varchar(20) not null,
    to_server varchar(63) not null,
    to_database varchar(63) not null,
    to_schema varchar(63) not null,
    reason_kind varchar(20) not null,
    reason varchar(2000) not null,
    bytes bigint,
    expected_millis bigint,
    expected_pause_millis bigint,
    expected_by varchar(500) not null,
    before_low numeric(20, 4) not null,
    before_high numeric(20, 4) not null,
    after_low numeric(20, 4) not null,
    after_high numeric(20, 4) not null,
    wished_since timestamp with time zone not null,
    state varchar(20) not null check (state in ('PROPOSED', 'APPROVED', 'REJECTED', 'RUNNING', 'DONE', 'FAILED', 'WITHDRAWN')),
    decided_by varchar(200),
    decided_at timestamp with time zone,
    move_id uuid,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    failure varchar(2000)
);
create index plan_line_plan_idx on plan_line (plan_id, line_no);
create index plan_line_tenant_idx on plan_line (tenant_id);
create index plan_line_started_idx on plan_line (started_at);
--rollback drop table plan_line;

--changeset rehome:plan-line-open dbms:postgresql
create unique index plan_line_open_idx on plan_line (tenant_id) where state in ('PROPOSED', 'APPROVED', 'RUNNING');
--rollback drop index plan_line_open_idx;

--changeset rehome:plan-left
--comment Tenants that the newest plan leaves where they are though something speaks for a move, or though nobody can tell.
create table plan_left (
    plan_id uuid not null references plan (plan_id),
    tenant_id uuid not null references tenant (tenant_id),
    kind varchar(20) not null,
    reason varchar(2000) not null,
    primary key (plan_id, tenant_id)
);
create index plan_left_tenant_idx on plan_left (tenant_id);
--rollback drop table plan_left;

--changeset rehome:plan-grants dbms:postgresql
grant select, insert, update, delete on rehome_directory.plan, rehome_directory.plan_line, rehome_directory.plan_left to "${role.mover}";
--rollback empty
