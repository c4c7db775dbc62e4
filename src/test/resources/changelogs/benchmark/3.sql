--liquibase formatted sql

--changeset benchmark:version-3
alter table orders add column channel_3 varchar(20);
create index orders_channel_3_idx on orders (storefront_id, channel_3);
create table tags_3 (
    storefront_id uuid not null,
    id uuid not null,
    name varchar(100) not null,
    primary key (storefront_id, id)
);
--rollback drop table tags_3; alter table orders drop column channel_3;
