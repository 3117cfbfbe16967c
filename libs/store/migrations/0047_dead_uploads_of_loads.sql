-- Removes what uploads to loads of processes that died have left, of all tenants, and gives the number of those uploads.
create index source_files_under_way on source_files (live_until) where live_until is not null;
create function remove_dead_load_uploads() returns integer
language plpgsql security definer
set search_path = assay, pg_temp
as $$
declare
  removed integer;
begin
  delete from source_files where live_until < now();
  get diagnostics removed = row_count;
  return removed;
end $$;
revoke execute on function remove_dead_load_uploads from public;
grant execute on function remove_dead_load_uploads to assay_mining_worker;

-- Each change set that comes removes those of its source that are older than 30 days.
create index source_change_sets_by_age on source_change_sets (source_id, created_at);
