--liquibase formatted sql
--changeset test:always runAlways:true
create table if not exists always (storefront_id uuid primary key);
