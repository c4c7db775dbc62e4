--liquibase formatted sql

--changeset rehome:duty
--comment What is to be done again and again, by one process at a time. The token only grows; whoever has a lower one has lost the duty. A holder that is not heard of in time is taken for dead.
create table duty (
    duty varchar(40) primary key,
    holder varchar(200),
    token bigint default 0 not null,
    held_until timestamp with time zone,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome varchar(2000),
    runs bigint default 0 not null,
    failures bigint default 0 not null,
    failed_in_a_row integer default 0 not null,
    failed_at timestamp with time zone,
    failure varchar(2000)
);
--rollback drop table duty;

--changeset rehome:automation-node
--comment The processes that look after the fleet, each with the strategy file that it goes by and what is wrong with a newer one.
create table automation_node (
    node varchar(200) primary key,
    started_at timestamp with time zone default current_timestamp not null,
    heard_at timestamp with time zone default current_timestamp not null,
    strategy_digest varchar(64) not null,
    strategy_since timestamp with time zone not null,
    strategy_problem varchar(4000),
    strategy_problem_since timestamp with time zone,
    moves integer default 0 not null
);
--rollback drop table automation_node;

--changeset rehome:duty-grants dbms:postgresql
grant select, insert, update, delete on rehome_directory.duty, rehome_directory.automation_node to "${role.mover}";
--rollback empty
