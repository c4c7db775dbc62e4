--liquibase formatted sql

--changeset rehome:shopping-carts
create table shopping_carts (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    customer_id uuid not null,
    derived_from_order_id uuid,
    status varchar(40) not null,
    currency varchar(3) not null,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    constraint shopping_carts_pkey primary key (storefront_id, id),
    constraint shopping_carts_customer_fkey foreign key (storefront_id, customer_id)
        references customers (storefront_id, id) ${deferrable},
    constraint shopping_carts_order_fkey foreign key (storefront_id, derived_from_order_id)
        references orders (storefront_id, id) ${deferrable}
);
create index shopping_carts_customer_idx on shopping_carts (storefront_id, customer_id, status);
create index shopping_carts_order_idx on shopping_carts (storefront_id, derived_from_order_id);
--rollback drop table shopping_carts;

--changeset rehome:cart-items
create table cart_items (
    storefront_id uuid not null,
    id uuid not null,
    version integer default 0 not null,
    cart_id uuid not null,
    line_no integer not null,
    product_id varchar(200) not null,
    quantity integer not null,
    unit_price numeric(19, 4) not null,
    constraint cart_items_pkey primary key (storefront_id, id),
    constraint cart_items_line_key unique (storefront_id, cart_id, line_no),
    constraint cart_items_cart_fkey foreign key (storefront_id, cart_id)
        references shopping_carts (storefront_id, id) ${deferrable}
);
--rollback drop table cart_items;
