--liquibase formatted sql

--changeset test:odd splitStatements:false
create type mood as enum ('sad', 'fine', 'happy');
create domain price as numeric(12, 3) check (value <> 13);
create sequence odd_ticket start 100;
create table odd (
    storefront_id uuid not null,
    region text not null,
    no bigint not null,
    parent_no bigint,
    amount numeric,
    scaled numeric(10, 2),
    priced price,
    twice numeric not null generated always as (coalesce(scaled, 0) * 2) stored,
    counter bigint generated always as identity,
    ticket bigint not null default nextval('odd_ticket'),
    document jsonb,
    raw json,
    feeling mood,
    feelings mood[],
    tags text[],
    matrix integer[],
    bytes bytea,
    at timestamp with time zone,
    local_at timestamp,
    day date,
    span interval,
    place point,
    period tstzrange,
    address inet,
    short real,
    long double precision,
    padded character(5),
    note text,
    primary key (storefront_id, region, no),
    foreign key (storefront_id, region, parent_no) references odd (storefront_id, region, no) deferrable
);
create index odd_note_idx on odd (storefront_id, lower(note)) where note is not null;
