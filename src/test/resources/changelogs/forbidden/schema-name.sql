--liquibase formatted sql
--changeset test:named
comment on table notes is 'of ${database.defaultSchemaName}';
