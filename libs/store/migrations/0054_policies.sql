-- Rules that what is proposed has to hold to.
create table policies (
  tenant_id integer not null references tenants,
  id uuid not null,
  display_name text not null,
  -- The name without differences of case: no two policies share it.
  name_key text collate "C" not null,
  description text not null default '',
  enabled boolean not null default true,
  kind text not null check (kind in ('protected_access', 'unused_access', 'separation_of_duties', 'over_grant_budget',
    'size_and_naming')),
  -- Numbers and words of the kind.
  settings jsonb not null,
  -- Keys of entitlements: the named ones of protected access, and the two sets of separation of duties.
  first_keys integer[] not null default '{}',
  second_keys integer[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Counts the changes, for the etag.
  revision integer not null default 1,
  primary key (tenant_id, id),
  constraint policies_name_key unique (tenant_id, name_key)
);
select keep_tenants_apart('policies', 'select, insert, update, delete', 'assay_mining');
grant select on policies to assay_mining_worker, assay_sessions;

-- People of whom a separation of duties does not speak, until a day that somebody chose.
create table policy_exceptions (
  tenant_id integer not null references tenants,
  policy_id uuid not null,
  identity_key integer not null,
  reason text not null default '',
  expires_at timestamptz not null,
  primary key (tenant_id, policy_id, identity_key),
  foreign key (tenant_id, policy_id) references policies (tenant_id, id) on delete cascade
);
select keep_tenants_apart('policy_exceptions', 'select, insert, update, delete', 'assay_mining');
grant select on policy_exceptions to assay_mining_worker;

-- The words for risk in their order, the least first; without a row low, medium, high, critical.
create table risk_levels (
  tenant_id integer primary key references tenants,
  levels text[] not null,
  updated_at timestamptz not null default now()
);
select keep_tenants_apart('risk_levels', 'select, insert, update', 'assay_mining');
grant select on risk_levels to assay_mining_worker;
