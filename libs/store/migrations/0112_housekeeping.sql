-- Rows go when they are old enough (docs/operating.md, "Housekeeping"): workers remove them tenant by tenant.

-- Whose rows there are. Workers see one tenant's rows at a time, so this function, which is the owner's, tells the ids and nothing
-- else. A tenant that is being deleted loses everything soon.
create function tenants_in_order() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select tenant_id from tenants where state <> 'deleting' order by tenant_id
$$;
revoke execute on function tenants_in_order from public;
grant execute on function tenants_in_order to assay_mining_worker, assay_sessions;

-- What was good for a time only: links, sessions of the console, assertions and states of a sign-in that were used, counts of calls.
-- The gateway removes them where it meets them, so those of a tenant that nobody uses any more stay. At most so many of each; says
-- how many went.
create function remove_expired_sign_ins(most integer) returns table (name text, removed integer)
language plpgsql security definer
set search_path = assay, pg_temp
as $$
begin
  name := 'sign_in_links';
  delete from sign_in_links where ctid = any (array(
    select ctid from sign_in_links where expires_at <= now() limit most for update skip locked));
  get diagnostics removed = row_count;
  return next;
  name := 'console_sessions';
  delete from console_sessions where ctid = any (array(
    select ctid from console_sessions where ends_at <= now() limit most for update skip locked));
  get diagnostics removed = row_count;
  return next;
  name := 'used_assertions';
  delete from used_assertions where ctid = any (array(
    select ctid from used_assertions where forget_at < now() limit most for update skip locked));
  get diagnostics removed = row_count;
  return next;
  name := 'used_sign_ins';
  delete from used_sign_ins where ctid = any (array(
    select ctid from used_sign_ins where forget_at < now() limit most for update skip locked));
  get diagnostics removed = row_count;
  return next;
  -- Of windows that ended an hour ago: whoever counts in one that ends now is not disturbed.
  name := 'call_counts';
  delete from call_counts where ctid = any (array(
    select ctid from call_counts where expire < extract(epoch from now() - interval '1 hour') * 1000
    limit most for update skip locked));
  get diagnostics removed = row_count;
  return next;
end $$;
revoke execute on function remove_expired_sign_ins from public;
grant execute on function remove_expired_sign_ins to assay_mining_worker;

grant delete on role_mining_runs, imports to assay_mining_worker;
grant select, delete on finished_tasks, publications to assay_mining_worker;
grant select on published_profiles to assay_mining_worker;
