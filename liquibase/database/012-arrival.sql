--liquibase formatted sql

--changeset rehome:arrival
--comment A tenant that is about to move into this database, at an epoch that nobody can know before its old home has let go of it. Until then the row goes on saying where it lives: a home that the tenant has had before is asked by those who remember it.
alter table rehome.residency add column arriving_epoch bigint;
alter table rehome.residency add column arriving_schema text;
alter table rehome.residency add column arriving_role text;
alter table rehome.residency add column arriving_capture boolean;
--rollback empty
