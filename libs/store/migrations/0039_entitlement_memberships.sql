-- Groups: entitlements that other entitlements follow from.

-- Who holds `holder_key` has `entitlement_key` too. Of the import in force; cycles are no error.
create table entitlement_memberships (
  tenant_id integer not null references tenants,
  holder_key integer not null,
  entitlement_key integer not null,
  primary key (tenant_id, holder_key, entitlement_key)
);

-- What groups give, however many groups lie between, made with the snapshot. Groups of one cycle share a closure.
create table entitlement_groups (
  tenant_id integer not null references tenants,
  key integer not null,
  closure integer not null,
  primary key (tenant_id, key)
);

create table entitlement_closures (
  tenant_id integer not null references tenants,
  closure integer not null,
  -- Ascending.
  entitlement_keys integer[] not null,
  primary key (tenant_id, closure)
);

select keep_tenants_apart('entitlement_memberships', 'select', 'assay_mining, assay_mining_worker, assay_sessions');
select keep_tenants_apart('entitlement_groups', 'select', 'assay_mining, assay_mining_worker, assay_sessions');
select keep_tenants_apart('entitlement_closures', 'select', 'assay_mining, assay_mining_worker, assay_sessions');
grant insert, delete on entitlement_memberships to assay_mining_worker;
-- The mining service makes a snapshot again that another version wrote.
grant insert, delete on entitlement_groups, entitlement_closures to assay_mining, assay_mining_worker;

-- True: the snapshot counts what groups give as held, so that it is mined; false: what is assigned alone.
alter table imports add column mines_effective_access boolean not null default false;
