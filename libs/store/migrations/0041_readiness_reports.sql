-- What an import that was refused for it would have removed.
alter table imports add column removal jsonb;

-- What the access data of an import are good for, measured by a worker after its commit. The last ones of a tenant are kept, so
-- that each can be compared with the one before.

create table readiness_reports (
  tenant_id integer not null references tenants,
  import_id integer not null references imports,
  state text not null default 'measuring' check (state in ('measuring', 'measured', 'failed')),
  report jsonb,
  error_message text not null default '',
  measured_at timestamptz,
  primary key (tenant_id, import_id)
);

select keep_tenants_apart('readiness_reports', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
