-- How the last evaluation of a profile's membership rule ended, and the circuit breaker that stops one which would remove
-- a large share of the members.

alter table access_profiles
  add column automation_ran_at timestamptz,
  -- Why members stayed as they were; empty after an evaluation that was made.
  add column automation_error text not null default '',
  -- Set while the circuit breaker holds the members as they are, until somebody resumes the automation.
  add column automation_paused_at timestamptz;
