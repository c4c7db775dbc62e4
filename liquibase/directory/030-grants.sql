--liquibase formatted sql

--changeset rehome:directory-grants dbms:postgresql runOnChange:true
grant usage on schema rehome_directory to "${role.app}", "${role.mover}";
grant select on rehome_directory.tenant, rehome_directory.placement to "${role.app}";
grant select, insert, update, delete on all tables in schema rehome_directory to "${role.mover}";
--rollback empty
