--liquibase formatted sql

--changeset rehome:tenant-life
--comment How each tenant stands that was ever suspended, imported, archived or deleted; one without a row is active. Outlives the tenant: a deleted one stays known by its id alone. An operation that was cut off says so until it is taken up.
create table tenant_life (
    tenant_id uuid primary key,
    state varchar(20) not null,
    since timestamp with time zone default current_timestamp not null,
    operation varchar(20),
    step varchar(20),
    lease_no bigint default 0 not null,
    last_epoch bigint default 0 not null,
    home_tier varchar(20),
    home_server varchar(63),
    home_database varchar(63),
    home_schema varchar(63),
    file_path varchar(4000),
    file_sha256 varchar(64),
    due_at timestamp with time zone
);
--rollback drop table tenant_life;

--changeset rehome:life-journal
--comment What was done with tenants, in order. Never updated.
create table life_journal (
    tenant_id uuid not null,
    entry_no integer not null,
    written_at timestamp with time zone default current_timestamp not null,
    by_whom varchar(200) not null,
    operation varchar(20) not null,
    note varchar(4000) not null,
    primary key (tenant_id, entry_no)
);
--rollback drop table life_journal;

--changeset rehome:deletion
--comment The record of a tenant's deletion: every place that could have had something of it, what was removed there, and what was found there when everything was looked at again. A tenant that was brought back from a file can have several.
create table deletion (
    tenant_id uuid not null,
    deletion_no integer not null,
    begun_at timestamp with time zone default current_timestamp not null,
    begun_by varchar(200) not null,
    signed_off_at timestamp with time zone,
    signed_off_by varchar(200),
    primary key (tenant_id, deletion_no)
);
create table deletion_place (
    tenant_id uuid not null,
    deletion_no integer not null,
    kind varchar(20) not null,
    place varchar(1000) not null,
    removed bigint default 0 not null,
    remaining bigint,
    looked_at timestamp with time zone,
    primary key (tenant_id, deletion_no, kind, place),
    foreign key (tenant_id, deletion_no) references deletion (tenant_id, deletion_no)
);
--rollback drop table deletion_place; drop table deletion;

--changeset rehome:tenant-life-grants dbms:postgresql
grant select on rehome_directory.tenant_life to "${role.app}";
grant select, insert, update, delete on rehome_directory.tenant_life, rehome_directory.deletion, rehome_directory.deletion_place to "${role.mover}";
revoke all on rehome_directory.life_journal from "${role.mover}";
grant select, insert on rehome_directory.life_journal to "${role.mover}";
--rollback empty
