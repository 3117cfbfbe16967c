-- What a process asks that meets migrations which it does not know: whether one of them takes away what its version uses.

create function schema_contracts() returns table (number integer, name text, contracts_after text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select number, name, contracts_after from schema_migrations where contracts_after is not null order by number
$$;
revoke execute on function schema_contracts from public;
grant execute on function schema_contracts to assay_service;
