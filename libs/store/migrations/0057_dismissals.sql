-- Why a suggestion was dismissed, for how long, and what it was then: what is much the same is not proposed again meanwhile.

create table suggestion_dismissals (
  tenant_id integer not null references tenants,
  suggestion_id uuid not null,
  -- The entry of the ledger that has the comment and who decided.
  entry_id uuid not null,
  decided_at timestamptz not null,
  reason text not null,
  -- The dismissal holds until then, and until more than so many per cent of its cells have changed; null: whatever happens.
  ends_at timestamptz,
  change_percent double precision check (change_percent between 0 and 100),
  -- The load that people and entitlements are of; null where there was none.
  import_id integer,
  -- Keys, ascending.
  people integer[] not null,
  entitlement_keys integer[] not null,
  primary key (tenant_id, suggestion_id)
);

select keep_tenants_apart('suggestion_dismissals', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
