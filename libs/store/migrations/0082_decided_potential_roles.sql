-- Potential roles stand in the inbox of candidates beside suggestions, where people accept and dismiss them.

alter table potential_roles
  -- When somebody dismissed it; the entry of the ledger has who, and the comment.
  add column dismissed_at timestamptz,
  add column dismissal_reason text,
  add constraint potential_roles_dismissed_for_a_reason check ((dismissed_at is null) = (dismissal_reason is null));

-- The inbox is the mining service's, which makes the access profiles.
grant select (description, provision_state, granted_counts, density, explanation, dismissed_at, dismissal_reason)
  on potential_roles to assay_mining;
grant update (provision_state, provision_request, provision_error, role_id, dismissed_at, dismissal_reason, modified_at)
  on potential_roles to assay_mining;
grant select (name) on mining_sessions to assay_mining;
