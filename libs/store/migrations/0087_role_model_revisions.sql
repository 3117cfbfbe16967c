-- Role models are revised when the access data have changed, instead of being mined again.
alter table role_models
  add column revising boolean not null default false,
  -- It is revised after each load.
  add column follows boolean not null default false,
  -- How often the model was revised.
  add column revision integer not null default 0,
  -- {"importId", "joiners", "movers", "leavers", "newEntitlements", "rolesBefore", "made", "changed", "dropped", "revisedAt"}.
  add column last_revision jsonb,
  -- Numbers of roles are never used again. Null in models of before, where it is the highest number.
  add column last_role_number integer,
  -- Grants of which no two fit into one role, as parallel lists; null in models of before.
  add column incompatible_identity_keys integer[],
  add column incompatible_entitlement_keys integer[];

-- What a revision made of a role, and why. Of the newest revisions of a model.
create table role_model_changes (
  tenant_id integer not null,
  model_id uuid not null,
  revision integer not null,
  number integer not null,
  kind text not null check (kind in ('made', 'changed', 'dropped')),
  joined integer not null,
  departed integer not null,
  -- Of a dropped role: people who get all of it from other roles.
  covered integer not null,
  gained_keys integer[] not null,
  lost_keys integer[] not null,
  -- [{"kind", "count", "identityKey"?, "entitlementKey"?}]
  causes jsonb not null,
  primary key (tenant_id, model_id, revision, number),
  foreign key (tenant_id, model_id) references role_models on delete cascade
);

select keep_tenants_apart('role_model_changes', 'select, insert, delete', 'assay_mining, assay_mining_worker');
select keep_within_reader_scope('role_model_changes', 'false');
