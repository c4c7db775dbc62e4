--liquibase formatted sql

--changeset rehome:sequence-positions runOnChange:true splitStatements:false
--comment Where every sequence of a home stands: what it gave last, or gives next if it has given nothing yet. In one round trip, since it is asked inside the fence.
create or replace function rehome.sequence_positions(p_schema name)
    returns table (sequence_name name, last_value bigint, is_called boolean)
    language plpgsql volatile
as $$
begin
    for sequence_name in
        select c.relname
          from pg_catalog.pg_depend d
          join pg_catalog.pg_class c on c.oid = d.objid
         where d.refclassid = 'pg_catalog.pg_namespace'::regclass and d.refobjid = to_regnamespace(quote_ident(p_schema))
           and d.classid = 'pg_catalog.pg_class'::regclass and d.objsubid = 0 and c.relkind = 'S' and c.relpersistence <> 't'
         order by c.relname
    loop
        execute format('select s.last_value, s.is_called from %I.%I s', p_schema, sequence_name) into last_value, is_called;
        return next;
    end loop;
end
$$;
--rollback drop function rehome.sequence_positions(name);

--changeset rehome:raise-sequence runOnChange:true splitStatements:false
--comment Makes a sequence go on behind a given position, if it is not there yet; never sets it back, though others draw from it at the same time. Setting a position is not atomic with looking at it, drawing is: so the last stretch, or all of a short one, is drawn.
create or replace function rehome.raise_sequence(p_schema name, p_sequence name, p_last bigint, p_called boolean) returns boolean
    language plpgsql volatile
as $$
declare
    c_drawn constant bigint := 20000;
    v_sequence regclass := to_regclass(format('%I.%I', p_schema, p_sequence));
    v_increment numeric;
    v_limit numeric;
    v_last numeric;
    v_next numeric;
    v_wanted numeric;
    v_steps numeric;
    v_raised boolean := false;
begin
    select seqincrement, case when seqincrement > 0 then seqmax else seqmin end into v_increment, v_limit
      from pg_catalog.pg_sequence where seqrelid = v_sequence;
    if v_increment is null then
        raise exception using errcode = '42P01',
            message = format('home %I has no sequence %I', p_schema, p_sequence),
            hint = 'Bring both homes to the same level of the changelog.';
    end if;
    v_wanted := case when p_called then p_last + v_increment else p_last end;
    loop
        execute format('select s.last_value, case when s.is_called then s.last_value + %s::numeric else s.last_value end from %s s', v_increment, v_sequence)
           into v_last, v_next;
        v_steps := ceil((v_wanted - v_next) / v_increment);
        if v_steps <= 0 then
            return v_raised;
        end if;
        if v_steps > c_drawn then
            -- Far behind: whoever draws meanwhile does not get as far as this within the moment since the look.
            perform setval(v_sequence, (v_last + v_increment * (v_steps - c_drawn / 2))::bigint, true);
        else
            -- What is out of reach cannot be drawn; then the sequence is used up, as it was in the other home.
            v_steps := least(v_steps, trunc((v_limit - v_next) / v_increment) + 1);
            if v_steps <= 0 then
                return v_raised;
            end if;
            perform count(nextval(v_sequence)) from generate_series(1, v_steps::bigint);
        end if;
        v_raised := true;
    end loop;
end
$$;
--rollback drop function rehome.raise_sequence(name, name, bigint, boolean);

--changeset rehome:sequences-grants runOnChange:true
revoke all on function rehome.sequence_positions(name), rehome.raise_sequence(name, name, bigint, boolean) from public;
grant execute on function rehome.sequence_positions(name), rehome.raise_sequence(name, name, bigint, boolean) to "${role.mover}";
--rollback empty
