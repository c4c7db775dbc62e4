--liquibase formatted sql
--changeset test:mood
create type mood as enum ('sad');
--changeset test:more-moods
alter type mood add value 'happy';
--changeset test:happy-by-default
alter table notes add column mood mood default 'happy';
