--liquibase formatted sql

--changeset rehome:destination dbms:postgresql
--comment The homes that tenants are about to live in, for applications to open connections before a cutover, not behind it.
create index move_destination_idx on rehome_directory.move (tenant_id) where phase in ('VERIFY', 'CUTOVER', 'ROLL_BACK');
create view rehome_directory.destination as
select tenant_id, to_tier as tier, to_server as server_name, to_database as database_name, to_schema as schema_name
  from rehome_directory.move
 where phase in ('VERIFY', 'CUTOVER')
union all
select tenant_id, from_tier, from_server, from_database, from_schema
  from rehome_directory.move
 where phase = 'ROLL_BACK';
grant select on rehome_directory.destination to "${role.app}", "${role.mover}";
--rollback drop view rehome_directory.destination; drop index rehome_directory.move_destination_idx;
