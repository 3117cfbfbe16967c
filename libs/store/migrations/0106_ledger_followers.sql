-- expand: a new table and a new function, which processes of before do not know.
-- How far somebody who follows a ledger has read its chain: whoever passes entries on goes on from there, and loses none.
create table ledger_followers (
  tenant_id integer not null references tenants,
  -- Who follows: `webhooks`.
  follower text not null,
  -- Of the newest link that was read; 0 before the first.
  position bigint not null,
  primary key (tenant_id, follower)
);
select keep_tenants_apart('ledger_followers', 'select, insert, delete', 'assay_mining');
grant select, update on ledger_followers to assay_mining_worker;

-- For workers, which know no tenant before they ask: those with links that the follower has not read.
create function tenants_behind_ledger(of_follower text) returns setof integer
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select f.tenant_id from ledger_followers f
  where f.follower = of_follower
    and exists (select from ledger_links l where l.tenant_id = f.tenant_id and l.position > f.position)
  order by f.tenant_id
$$;
revoke execute on function tenants_behind_ledger from public;
grant execute on function tenants_behind_ledger to assay_mining_worker;
