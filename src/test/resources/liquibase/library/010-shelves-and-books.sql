--liquibase formatted sql

--changeset library:shelves
create table shelf (
    branch uuid not null,
    shelf_no bigint not null,
    label varchar(20) not null,
    primary key (branch, shelf_no),
    unique (branch, label)
);
--rollback drop table shelf;

--changeset library:books
create table book (
    branch uuid not null,
    isbn varchar(20) not null,
    title varchar(100) not null,
    on_loan boolean not null,
    shelf bigint,
    primary key (branch, isbn),
    foreign key (branch, shelf) references shelf (branch, shelf_no) deferrable
);
--rollback drop table book;
