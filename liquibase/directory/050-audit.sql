--liquibase formatted sql

--changeset rehome:audit
--comment Work across tenants: an entry before it begins, one when it has ended. An entry without its end is of a process that was killed, or is still at it.
create table audit (
    run_id uuid not null,
    event varchar(10) not null check (event in ('BEGUN', 'ENDED')),
    written_at timestamp with time zone default current_timestamp not null,
    by_whom varchar(200) not null,
    reason varchar(2000) not null,
    scope varchar(2000) not null,
    outcome varchar(20),
    done bigint,
    failed bigint,
    primary key (run_id, event),
    constraint audit_end_has_outcome check ((event = 'ENDED') = (outcome is not null))
);
create index audit_written_at_idx on audit (written_at);
--rollback drop table audit;

--changeset rehome:audit-append-only dbms:postgresql splitStatements:false
--comment Grants forbid changes to the roles that work; this forbids them to the owner's mistakes too.
create function rehome_directory.refuse_audit_change() returns trigger
    language plpgsql
as $$
begin
    raise exception using errcode = 'RH005', message = 'the audit is append-only';
end
$$;
create trigger audit_is_append_only before update or delete or truncate on audit
    for each statement execute function rehome_directory.refuse_audit_change();
--rollback drop trigger audit_is_append_only on audit; drop function rehome_directory.refuse_audit_change();

--changeset rehome:audit-grants dbms:postgresql
revoke all on rehome_directory.audit from "${role.app}", "${role.mover}";
grant insert on rehome_directory.audit to "${role.app}";
grant select, insert on rehome_directory.audit to "${role.mover}";
--rollback empty
