-- What people get, or are about to get, of access profiles that give some entitlements: asked before a change that policies separate from
-- it. Everybody's profiles count, also for a bounded reader who decides: what such a reader does not see must not be passed by.
create function profiles_giving(wanted integer[])
returns table (profile_id uuid, entitlement_keys integer[], member_keys text, asked_keys text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  with reader as (select nullif(current_setting('assay.tenant_id', true), '')::integer as tenant_id),
  giving as (
    select given.tenant_id, given.profile_id, array_agg(given.entitlement_key order by given.entitlement_key) as keys
    from access_profile_entitlements given join reader using (tenant_id)
    where given.entitlement_key = any (wanted) group by 1, 2)
  select giving.profile_id, giving.keys,
    (select coalesce(string_agg(identity_key::text, ',' order by identity_key), '') from access_profile_members member
      where member.tenant_id = giving.tenant_id and member.profile_id = giving.profile_id),
    (select coalesce(string_agg(identity_key::text, ',' order by identity_key), '') from access_profile_tasks task
      where task.tenant_id = giving.tenant_id and task.profile_id = giving.profile_id
        and task.kind = 'enrol' and task.in_force and task.state = 'pending')
  from giving order by giving.profile_id
$$;
revoke execute on function profiles_giving from public;
grant execute on function profiles_giving to assay_mining, assay_mining_worker;

-- A suggestion keeps its last 200 positions of an hour: one that somebody decides to and fro all the time would weigh, and cost with every
-- decision, as much as all of them.
create or replace function keep_earlier_position() returns trigger
language plpgsql
set search_path = assay, pg_temp
as $$
begin
  -- A page can be turned for an hour after the first one.
  new.earlier_positions := coalesce(
    (select jsonb_agg(entry order by place) from jsonb_array_elements(old.earlier_positions) with ordinality as kept (entry, place)
     where (entry ->> 'at')::float8 > extract(epoch from clock_timestamp()) - 3600
       and place > jsonb_array_length(old.earlier_positions) - 199), '[]')
    || jsonb_build_object('changedBy', pg_current_xact_id()::text, 'at', extract(epoch from clock_timestamp()),
      'decided', (old.state <> 'new')::integer, 'confidence', old.confidence);
  return new;
end $$;
