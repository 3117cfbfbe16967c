-- Settings of the analysis beyond those of ConductorOne's contract, in the row that has those: null is the default. Entitlement
-- insight of the mining service names potential roles.

alter table role_mining_configs
  add column min_entitlements integer check (min_entitlements between 1 and 1000),
  add column min_coverage double precision check (min_coverage > 0.5 and min_coverage <= 1),
  add column expected_coverage double precision check (expected_coverage > 0 and expected_coverage <= 1),
  add column min_lift double precision check (min_lift >= 1 and min_lift <= 1000),
  add column max_filters integer check (max_filters between 1 and 4),
  add column max_attributes integer check (max_attributes between 1 and 32),
  add column common_access_share double precision check (common_access_share > 0 and common_access_share <= 1),
  add column ignored_attributes text[],
  -- Counts the changes: who changes settings says which ones were seen.
  add column revision integer not null default 1;

grant select (tenant_id, id, session_id, name, saved, identity_keys, identity_count, entitlement_keys, entitlement_count,
    excluded_entitlement_keys, quality)
  on potential_roles to assay_mining, assay_mining_worker;
