--liquibase formatted sql

--changeset rehome:tenant-backup
--comment The files of nightly exports that there are, with something of the tenant in each. A row goes when its file has been seen to go: a deleted tenant's stay until then.
create table tenant_backup (
    tenant_id uuid not null,
    file_path varchar(4000) not null,
    file_sha256 varchar(64) not null,
    row_count bigint not null,
    written_at timestamp with time zone default current_timestamp not null,
    verified_at timestamp with time zone,
    primary key (tenant_id, file_path)
);
--rollback drop table tenant_backup;

--changeset rehome:tenant-backup-grants dbms:postgresql
grant select, insert, update, delete on rehome_directory.tenant_backup to "${role.mover}";
--rollback empty
