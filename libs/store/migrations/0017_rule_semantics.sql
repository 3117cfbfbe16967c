-- Membership rules are read by numbered semantics, so that a version that reads them otherwise looks at each stored rule
-- once before anyone joins or leaves; and a pause says why, and what the evaluation came to that was not made.

alter table access_profiles
  -- By which semantics the rule was last checked. The default stands for rules of versions that wrote none.
  add column rule_semantics integer not null default 1,
  -- Null while the automation is paused: the circuit breaker of a version that wrote no reason.
  add column pause_reason text check (pause_reason in ('circuit_breaker', 'semantics_changed', 'rule_unreadable')),
  -- See MembershipOutcome in libs/profiles: counts, and keys of a few identities.
  add column pause_outcome jsonb;
