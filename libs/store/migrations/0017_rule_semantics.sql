-- The semantics of membership rules have a number, so that a version with other semantics checks each stored rule once
-- before it changes members. A pause has a reason, and the result of the evaluation that it stopped.

alter table access_profiles
  -- The semantics under which the rule was last checked. The default is that of versions that write no number.
  add column rule_semantics integer not null default 1,
  -- Null for a paused automation: the circuit breaker, by a version that writes no reason.
  add column pause_reason text check (pause_reason in ('circuit_breaker', 'semantics_changed', 'rule_unreadable')),
  -- See MembershipOutcome in libs/profiles: counts, and keys of a few identities.
  add column pause_outcome jsonb;
