--liquibase formatted sql

--changeset rehome:grants runOnChange:true
revoke all on all functions in schema rehome from public;
grant usage on schema rehome to "${role.app}", "${role.mover}";
grant select on rehome.canary to "${role.app}", "${role.mover}";
revoke all on all functions in schema rehome from "${role.app}";
grant execute on function rehome.enter(uuid, bigint, boolean), rehome.admit(uuid, bigint, boolean) to "${role.app}", "${role.mover}";
grant execute on function rehome.lock_key(uuid) to "${role.app}", "${role.mover}";
grant execute on function rehome.claim_lease(uuid, bigint), rehome.hold_lease(uuid, bigint) to "${role.mover}";
grant select, insert, update, delete on rehome.residency, rehome.change, rehome.lease, rehome.backfill_range, rehome.backfill_arrival to "${role.mover}";
--rollback empty

--changeset rehome:temporary-tables runOnChange:true
--comment The run-time role makes no temporary tables: one could stand before a home's table of the same name. The mover stages rows in them.
revoke temporary on database "${database.name}" from public;
grant temporary on database "${database.name}" to "${role.mover}";
--rollback empty
