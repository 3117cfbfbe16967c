-- Where a suggestion stood in the list before it moved, so that whoever turns pages sees each one once.

alter table role_mining_suggestions
  -- The transaction that inserted the row: who began to turn pages before it committed does not get to see the row.
  add column inserted_by xid8 not null default pg_current_xact_id(),
  -- Oldest first: [{"changedBy": transaction, "at": seconds since 1970, "decided": 0 or 1, "confidence": x}], the position
  -- that the transaction changed.
  add column earlier_positions jsonb not null default '[]';

create function keep_earlier_position() returns trigger
language plpgsql
set search_path = assay, pg_temp
as $$
begin
  -- A page can be turned for an hour after the first one.
  new.earlier_positions := coalesce(
    (select jsonb_agg(entry order by place) from jsonb_array_elements(old.earlier_positions) with ordinality as kept (entry, place)
     where (entry ->> 'at')::float8 > extract(epoch from clock_timestamp()) - 3600), '[]')
    || jsonb_build_object('changedBy', pg_current_xact_id()::text, 'at', extract(epoch from clock_timestamp()),
      'decided', (old.state <> 'new')::integer, 'confidence', old.confidence);
  return new;
end $$;

create trigger suggestion_moves before update on role_mining_suggestions for each row
when ((old.state <> 'new') is distinct from (new.state <> 'new') or old.confidence is distinct from new.confidence)
execute function keep_earlier_position();
