-- Sessions in which populations are mined, the potential roles that they found, and exports of these.

create table mining_sessions (
  tenant_id integer not null references tenants,
  id uuid not null,
  name text,
  type text not null check (type in ('SPECIALIZED', 'COMMON')),
  scoping_method text not null check (scoping_method in ('MANUAL', 'AUTO_RM')),
  -- As requested: {"identityIds": [...], "criteria": "..." | null, "attributeFilterCriteria": [...] | null}.
  scope jsonb not null,
  prune_threshold integer check (prune_threshold between 0 and 100),
  min_identities integer not null check (min_identities >= 1),
  email_recipient_id text,
  saved boolean not null default false,
  state text not null default 'CREATED' check (state in ('CREATED', 'UPDATED', 'IDENTITIES_OBTAINED',
    'PRUNE_THRESHOLD_OBTAINED', 'POTENTIAL_ROLES_PROCESSING', 'POTENTIAL_ROLES_CREATED', 'FAILED')),
  error_message text not null default '',
  -- Which calculation was asked for last: 1 by the creation, one more by every change that needs another one.
  calculation integer not null default 1,
  -- Counts the workers that took the calculation up: writes of an earlier one, thought dead but alive, are refused.
  attempt integer not null default 0,
  prescribed_prune_threshold integer,
  identity_count integer not null default 0,
  potential_role_count integer not null default 0,
  potential_roles_ready_count integer not null default 0,
  -- The import that was mined.
  import_id integer,
  -- Both null for automatic discovery.
  created_by_id text,
  created_by_name text,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  completed_at timestamptz,
  -- The last calculation whose end was told by mail.
  mailed_calculation integer not null default 0,
  primary key (tenant_id, id)
);
create index mining_sessions_newest on mining_sessions (tenant_id, created_at desc, id);
create index mining_sessions_unsaved on mining_sessions (tenant_id, modified_at) where not saved;

create table potential_roles (
  tenant_id integer not null,
  id uuid not null,
  session_id uuid not null,
  -- The calculation that found the role last. A role that somebody saved, renamed, edited or provisioned outlives it.
  calculation integer not null,
  -- Null: the default name, made from the id.
  name text,
  description text,
  saved boolean not null default false,
  -- Keys of the directory. Identities by name as it was at the calculation, so that a page is a slice.
  identity_keys integer[] not null,
  -- Parallel, most popular first: entitlements, and how many of the role and of all enabled people hold each.
  entitlement_keys integer[] not null,
  granted_counts integer[] not null,
  organisation_counts integer[] not null,
  -- The same for common access, which roles of type SPECIALIZED leave out.
  common_entitlement_keys integer[] not null default '{}',
  common_granted_counts integer[] not null default '{}',
  common_organisation_counts integer[] not null default '{}',
  -- Enabled people in the whole organisation.
  organisation_size integer not null,
  excluded_entitlement_keys integer[] not null default '{}',
  identity_count integer not null,
  -- Excluded ones and common access left out.
  entitlement_count integer not null,
  density smallint not null,
  freshness smallint not null,
  quality smallint not null,
  -- [{"attributeName", "distribution": [{"attributeValue": text or null, "count"}]}]
  identity_distribution jsonb not null,
  -- Every value of the distribution in lower case, for the filter identityAttribute.
  attribute_values text[] not null default '{}',
  -- {"<application key>": {"identityCount": members who used it in the last 90 days}}; sources without usage data are left out.
  source_usage jsonb not null default '{}',
  -- The rule over attributes that comes nearest to the members, see role_mining.proto; null when there is none.
  explanation jsonb,
  provision_state text not null default 'POTENTIAL' check (provision_state in ('POTENTIAL', 'PENDING', 'COMPLETE', 'FAILED')),
  -- What was asked for when it was provisioned, and why that failed.
  provision_request jsonb,
  provision_error text not null default '',
  -- The access profile that was made from it.
  role_id uuid,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references mining_sessions on delete cascade
);
create index potential_roles_of_session on potential_roles (tenant_id, session_id, created_at desc, id);
create index potential_roles_newest on potential_roles (tenant_id, created_at desc, id);
-- As people look for them first; the order of the other sorters is made on the fly.
create index potential_roles_best on potential_roles (tenant_id, quality desc nulls last, created_at desc, id);
create index potential_roles_saved on potential_roles (tenant_id, modified_at desc, id) where saved;
-- Read in slices: not compressed, so that a slice does not cost the whole.
alter table potential_roles alter column identity_keys set storage external;

create table potential_role_exports (
  tenant_id integer not null,
  id uuid not null,
  potential_role_id uuid not null,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'IN_PROGRESS', 'SUCCESS', 'ERROR')),
  min_entitlement_popularity integer not null check (min_entitlement_popularity between 0 and 100),
  include_common_access boolean not null,
  error_message text not null default '',
  -- Where the archive is: null while it is in potential_role_export_chunks, else its key in the object storage.
  object_key text,
  size_bytes bigint,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  -- No foreign key to the role: when that goes, the row stays until it expires, so that its object is found and removed.
  primary key (tenant_id, id)
);
create index potential_role_exports_expiry on potential_role_exports (tenant_id, expires_at);

create table potential_role_export_chunks (
  tenant_id integer not null,
  export_id uuid not null,
  ordinal integer not null,
  data bytea not null,
  primary key (tenant_id, export_id, ordinal),
  foreign key (tenant_id, export_id) references potential_role_exports on delete cascade
);
-- Compressed already.
alter table potential_role_export_chunks alter column data set storage external;

-- Whether the whole organisation is mined after every import (scoping method AUTO_RM). Without a row it is.
create table session_settings (
  tenant_id integer primary key references tenants,
  automatic_discovery boolean not null,
  updated_at timestamptz not null default now()
);

select keep_tenants_apart('mining_sessions', 'select, insert, update, delete');
select keep_tenants_apart('potential_roles', 'select, insert, update, delete');
select keep_tenants_apart('potential_role_exports', 'select, insert, update, delete');
select keep_tenants_apart('potential_role_export_chunks', 'select, insert, delete');
select keep_tenants_apart('session_settings', 'select, insert, update');
