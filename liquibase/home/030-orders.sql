--liquibase formatted sql

--changeset rehome:orders
create table orders (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    external_id varchar(200),
    customer_id uuid not null,
    shipping_address_id uuid not null,
    status varchar(40) not null,
    currency varchar(3) not null,
    item_count integer not null,
    items_total numeric(19, 4) not null,
    freight_total numeric(19, 4),
    ordered_at timestamp with time zone not null,
    approved_at timestamp with time zone,
    shipped_at timestamp with time zone,
    delivered_at timestamp with time zone,
    estimated_delivery_at timestamp with time zone,
    constraint orders_pkey primary key (storefront_id, id),
    constraint orders_external_id_key unique (storefront_id, external_id),
    constraint orders_customer_fkey foreign key (storefront_id, customer_id)
        references customers (storefront_id, id) ${deferrable},
    constraint orders_shipping_address_fkey foreign key (storefront_id, shipping_address_id)
        references customer_addresses (storefront_id, id) ${deferrable}
);
create index orders_customer_newest_idx on orders (storefront_id, customer_id, ordered_at desc, id desc);
create index orders_shipping_address_idx on orders (storefront_id, shipping_address_id);
--rollback drop table orders;

--changeset rehome:order-items
create table order_items (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    order_id uuid not null,
    line_no integer not null,
    product_id varchar(200) not null,
    product_category varchar(200),
    description varchar(2000),
    quantity integer not null,
    unit_price numeric(19, 4) not null,
    freight numeric(19, 4),
    shipping_limit_at timestamp with time zone,
    constraint order_items_pkey primary key (storefront_id, id),
    constraint order_items_line_key unique (storefront_id, order_id, line_no),
    constraint order_items_order_fkey foreign key (storefront_id, order_id)
        references orders (storefront_id, id) ${deferrable}
);
--rollback drop table order_items;
