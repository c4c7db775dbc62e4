--liquibase formatted sql

--changeset benchmark:version-1
alter table orders add column channel_1 varchar(20);
create index orders_channel_1_idx on orders (storefront_id, channel_1);
create table tags_1 (
    storefront_id uuid not null,
    id uuid not null,
    name varchar(100) not null,
    primary key (storefront_id, id)
);
--rollback drop table tags_1; alter table orders drop column channel_1;
