--liquibase formatted sql

--changeset rehome:move-measure
--comment What moves took, from which later ones are predicted.
create table move_measure (
    move_id uuid primary key references move (move_id),
    copied_rows bigint default 0 not null,
    copied_bytes bigint default 0 not null,
    copied_millis bigint default 0 not null,
    fenced_millis bigint,
    served_at timestamp with time zone
);
--rollback drop table move_measure;

--changeset rehome:move-measure-grants dbms:postgresql
grant select, insert, update, delete on rehome_directory.move_measure to "${role.mover}";
--rollback empty
