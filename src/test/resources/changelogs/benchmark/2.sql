--liquibase formatted sql

--changeset benchmark:version-2
alter table orders add column channel_2 varchar(20);
create index orders_channel_2_idx on orders (storefront_id, channel_2);
create table tags_2 (
    storefront_id uuid not null,
    id uuid not null,
    name varchar(100) not null,
    primary key (storefront_id, id)
);
--rollback drop table tags_2; alter table orders drop column channel_2;
