--liquibase formatted sql
--changeset test:concurrently runInTransaction:false
create index concurrently notes_text_idx on notes (text);
