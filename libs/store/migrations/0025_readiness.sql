-- What a process asks to know whether it can work: which migrations the database has, and whether it takes writes.

create function applied_migrations() returns table (number integer, name text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select number, name from schema_migrations order by number
$$;
revoke execute on function applied_migrations from public;
grant execute on function applied_migrations to assay_service;

-- One row for each kind of process, written anew by each look.
create table write_checks (
  process text primary key,
  checked_at timestamptz not null
) with (fillfactor = 50);

create function check_writes(of_process text) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  insert into write_checks values (of_process, now())
  on conflict (process) do update set checked_at = excluded.checked_at
$$;
revoke execute on function check_writes from public;
grant execute on function check_writes to assay_service;
