--liquibase formatted sql

--changeset rehome:tenant-host-journal
--comment Who gave which host to which tenant or took it away. Goes with its tenant when that is deleted, since a host says who it was.
create table tenant_host_journal (
    tenant_id uuid not null,
    written_at timestamp with time zone default current_timestamp not null,
    by_whom varchar(200) not null,
    action varchar(20) not null,
    host varchar(253) not null
);
create index tenant_host_journal_tenant_idx on tenant_host_journal (tenant_id);
create index tenant_host_journal_written_at_idx on tenant_host_journal (written_at);
--rollback drop table tenant_host_journal;

--changeset rehome:tenant-host-journal-append-only dbms:postgresql splitStatements:false
create function rehome_directory.refuse_host_journal_change() returns trigger
    language plpgsql
as $$
begin
    if tg_op = 'DELETE' and exists (
            select from rehome_directory.tenant_life l
             where l.tenant_id = old.tenant_id and (l.operation = 'DELETE' or l.state = 'DELETED')) then
        return old;
    end if;
    raise exception using errcode = 'RH005', message = 'the journal of hosts is append-only';
end
$$;
create trigger host_journal_is_append_only before update or delete on tenant_host_journal
    for each row execute function rehome_directory.refuse_host_journal_change();
create trigger host_journal_is_never_emptied before truncate on tenant_host_journal
    for each statement execute function rehome_directory.refuse_audit_change();
--rollback drop trigger host_journal_is_never_emptied on tenant_host_journal; drop trigger host_journal_is_append_only on tenant_host_journal; drop function rehome_directory.refuse_host_journal_change();

--changeset rehome:tenant-host-journal-grants dbms:postgresql
grant select, insert, delete on rehome_directory.tenant_host_journal to "${role.mover}";
--rollback empty
