--liquibase formatted sql

--changeset test:note-length splitStatements:false
create function note_length(n notes) returns integer language plpgsql as $$
begin
    return length(n.text); -- {fn not an escape} and ? is no parameter
end
$$ -- ends in a comment
--rollback drop function note_length(notes);

--changeset test:long-notes
create view long_notes as select storefront_id, id from notes where length(text) > 100;
alter table notes add constraint notes_text_check check (text <> 'forbidden');
--rollback drop view long_notes;
--rollback alter table notes drop constraint notes_text_check;
