--liquibase formatted sql

--changeset rehome:node-pool dbms:postgresql
--comment How the connections of a process that measures stand at each server, as it has last told with its sums; and what its requests have waited since it began.
create table node_pool (
    node varchar(200) not null references statistics_node (node) on delete cascade,
    server_name varchar(63) not null,
    connection_limit integer not null,
    in_use integer not null,
    idle integer not null,
    waiting integer not null,
    longest_wait_millis bigint not null,
    time_outs bigint not null,
    down boolean not null,
    primary key (node, server_name)
);
--rollback drop table node_pool;

--changeset rehome:node-pool-grants dbms:postgresql
grant select, insert, update on rehome_directory.node_pool to "${role.app}";
grant select, insert, update, delete on rehome_directory.node_pool to "${role.mover}";
--rollback empty
