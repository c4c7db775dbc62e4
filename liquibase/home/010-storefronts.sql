--liquibase formatted sql

--changeset rehome:storefronts
--comment The storefront's own description; it moves with the rest of its rows.
create table storefronts (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    external_id varchar(200) not null,
    name varchar(200) not null,
    country varchar(100),
    region varchar(100),
    city varchar(200),
    zip_prefix varchar(40),
    currency varchar(3) not null,
    created_at timestamp with time zone,
    constraint storefronts_pkey primary key (storefront_id, id)
);
--rollback drop table storefronts;
