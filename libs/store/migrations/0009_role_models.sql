-- Role models of a tenant's access, with their roles.

create table role_models (
  tenant_id integer not null references tenants,
  id uuid not null,
  state text not null default 'running' check (state in ('running', 'completed', 'failed')),
  created_by text not null,
  -- Objective, prices, constraints and seed; entitlements and identities by keys. See role-model-request.ts.
  settings jsonb not null,
  -- {"phase", "componentsDone", "components"}; null until a worker has begun.
  progress jsonb,
  -- Set by completion: what the model comes to, how few roles there can be, and the import that it models.
  figures jsonb,
  bound jsonb,
  import_id text not null default '',
  error_message text not null default '',
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (tenant_id, id)
);

create table role_model_roles (
  tenant_id integer not null,
  model_id uuid not null,
  -- Place in the model, from 1.
  number integer not null,
  -- Keys of the directory, ascending.
  identity_keys integer[] not null,
  entitlement_keys integer[] not null,
  kept boolean not null,
  primary key (tenant_id, model_id, number),
  foreign key (tenant_id, model_id) references role_models on delete cascade
);

select keep_tenants_apart('role_models', 'select, insert, update, delete');
select keep_tenants_apart('role_model_roles', 'select, insert, delete');
