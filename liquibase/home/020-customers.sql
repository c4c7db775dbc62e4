--liquibase formatted sql

--changeset rehome:customers
create table customers (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    external_id varchar(200),
    email varchar(320),
    created_at timestamp with time zone not null,
    deleted_at timestamp with time zone,
    constraint customers_pkey primary key (storefront_id, id),
    constraint customers_external_id_key unique (storefront_id, external_id),
    constraint customers_email_key unique (storefront_id, email)
);
--rollback drop table customers;

--changeset rehome:customer-addresses
create table customer_addresses (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    customer_id uuid not null,
    zip_prefix varchar(40),
    city varchar(200),
    city_local varchar(200),
    region varchar(100),
    country varchar(100),
    created_at timestamp with time zone not null,
    constraint customer_addresses_pkey primary key (storefront_id, id),
    constraint customer_addresses_customer_fkey foreign key (storefront_id, customer_id)
        references customers (storefront_id, id) ${deferrable}
);
create index customer_addresses_customer_idx on customer_addresses (storefront_id, customer_id);
--rollback drop table customer_addresses;
