-- Whose exports have expired. Whoever removes them works tenant by tenant and sees one tenant's rows at a time, so this
-- function, which is the owner's, tells the ids and nothing else.
create function tenants_with_expired_exports() returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select distinct tenant_id from potential_role_exports where expires_at <= now() order by tenant_id
$$;

revoke execute on function tenants_with_expired_exports from public;
grant execute on function tenants_with_expired_exports to assay_service;
