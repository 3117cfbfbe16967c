-- Pulls by hand of a part of what a server has, and uploads that loads take without copying them.

alter table source_pulls
  -- Of the turn that is due: only these kinds of resources, and only what has changed then or later; null for the usual pull.
  add column asked_kinds text[],
  add column asked_since timestamptz,
  add constraint source_pulls_asked_kinds check (asked_kinds <@ '{users, groups, roles, entitlements}'::text[] and asked_kinds <> '{}');

alter table source_files
  -- Of a file of a load that was taken from an upload: the upload, whose parts are its content.
  add column content_id bigint references source_files,
  -- Of an upload: SHA-256 as far as it has come, eight words and the bytes behind the last whole block.
  add column hash_state bytea not null default '';
create index source_files_by_content on source_files (content_id) where content_id is not null;

-- What a load still reads stays until the load has ended.
create or replace function remove_dead_load_uploads() returns integer
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  removed integer;
begin
  delete from source_files dead
  where live_until < now() and not exists (select from source_files taken where taken.content_id = dead.id);
  get diagnostics removed = row_count;
  return removed;
end $$;
