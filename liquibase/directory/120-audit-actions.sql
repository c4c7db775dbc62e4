--liquibase formatted sql

--changeset rehome:audit-move-actions
--comment Which lines of a move's journal say that somebody decided something, or what came of it; and who.
alter table move_journal add column action varchar(20);
alter table move_journal add column by_whom varchar(200);
create index move_journal_written_at_idx on move_journal (written_at);
create index life_journal_written_at_idx on life_journal (written_at);
--rollback drop index life_journal_written_at_idx; drop index move_journal_written_at_idx; alter table move_journal drop column by_whom; alter table move_journal drop column action;

--changeset rehome:audit-areas
--comment What has no journal of its own is an entry here: work across tenants, and what somebody did, or was refused, at the dashboard.
alter table audit add column area varchar(20) default 'ACROSS' not null;
alter table audit add column action varchar(20) default 'READ' not null;
--rollback alter table audit drop column action; alter table audit drop column area;

--changeset rehome:audit-journals-append-only dbms:postgresql splitStatements:false
--comment The trail is read from the journals, so nobody rewrites them. The lines of a move go with its tenant, when that is deleted; what is left then is the tenant's own journal and the record of its deletion.
create function rehome_directory.refuse_move_journal_change() returns trigger
    language plpgsql
as $$
begin
    if tg_op = 'DELETE' and exists (
            select from rehome_directory.move m
              join rehome_directory.tenant_life l on l.tenant_id = m.tenant_id
             where m.move_id = old.move_id and (l.operation = 'DELETE' or l.state = 'DELETED')) then
        return old;
    end if;
    raise exception using errcode = 'RH005', message = 'the journal of a move is append-only';
end
$$;
create trigger move_journal_is_append_only before update or delete on move_journal
    for each row execute function rehome_directory.refuse_move_journal_change();
create trigger move_journal_is_never_emptied before truncate on move_journal
    for each statement execute function rehome_directory.refuse_audit_change();
create trigger life_journal_is_append_only before update or delete or truncate on life_journal
    for each statement execute function rehome_directory.refuse_audit_change();
--rollback drop trigger life_journal_is_append_only on life_journal; drop trigger move_journal_is_never_emptied on move_journal; drop trigger move_journal_is_append_only on move_journal; drop function rehome_directory.refuse_move_journal_change();

--changeset rehome:audit-plan-decisions dbms:postgresql splitStatements:false
--comment A line of a plan has its latest decision only; each of them is an entry, whoever decides and by whichever road.
create function rehome_directory.audit_plan_decision() returns trigger
    language plpgsql
as $$
begin
    insert into rehome_directory.audit (run_id, event, area, action, by_whom, scope, reason, outcome)
    values (gen_random_uuid(), 'ENDED', 'PLAN', case new.state when 'APPROVED' then 'APPROVE' else 'REJECT' end,
            coalesce(new.decided_by, '?'), 'tenant ' || new.tenant_id || ' to ' || new.to_tier || ' on ' || new.to_server,
            new.reason, 'COMPLETE');
    return null;
end
$$;
create trigger plan_decision_is_audited after update of decided_at on plan_line
    for each row when (new.state in ('APPROVED', 'REJECTED') and new.decided_at is distinct from old.decided_at)
    execute function rehome_directory.audit_plan_decision();
--rollback drop trigger plan_decision_is_audited on plan_line; drop function rehome_directory.audit_plan_decision();

--changeset rehome:audit-journals-grants dbms:postgresql
revoke update, truncate on rehome_directory.move_journal from "${role.mover}";
--rollback empty
