--liquibase formatted sql

--changeset rehome:audit-trail dbms:postgresql runOnChange:true
--comment Who did what, when, why, with what outcome: one trail over all that says so.
create or replace view rehome_directory.audit_trail as
select j.written_at as at, j.by_whom, 'MOVE'::text as area, j.action::text as action, m.tenant_id,
       j.move_id::text as subject, j.note::text as reason,
       case when j.action = 'START' then case when m.finished_at is null then 'UNDER_WAY' else m.phase end
            when j.action = 'FAILED' then 'FAILED'
            when j.action = m.request then 'ASKED'
            else 'DONE' end::text as outcome
  from rehome_directory.move_journal j join rehome_directory.move m on m.move_id = j.move_id
 where j.action is not null
union all
select j.written_at, j.by_whom, 'TENANT', j.operation, j.tenant_id, j.tenant_id::text, j.note, 'DONE'
  from rehome_directory.life_journal j
union all
select h.written_at, h.by_whom, 'TENANT', h.action, h.tenant_id, h.tenant_id::text, h.host, 'DONE'
  from rehome_directory.tenant_host_journal h
union all
select r.opened_at, r.opened_by, 'SCHEMA', 'MIGRATE', null::uuid, r.changelog, r.run_id::text,
       case when r.ended_at is null then 'UNDER_WAY' else 'DONE' end
  from rehome_directory.schema_run r
union all
select a.written_at, a.by_whom, a.area, a.action, null::uuid, a.scope, a.reason, coalesce(e.outcome, a.outcome, 'NOT_ENDED')
  from rehome_directory.audit a
  left join rehome_directory.audit e on e.run_id = a.run_id and e.event = 'ENDED'
 where a.event = 'BEGUN'
    or not exists (select from rehome_directory.audit b where b.run_id = a.run_id and b.event = 'BEGUN');
grant select on rehome_directory.audit_trail to "${role.mover}";
--rollback drop view rehome_directory.audit_trail;
