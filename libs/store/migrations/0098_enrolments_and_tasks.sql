-- What scripts set on the enrolment of an access profile, and what tasks of all states are asked for by.

alter table access_profiles
  -- Ids of policies and a duration, kept for those who set them; nothing here acts on them. See ProfileEnrollment in libs/profiles.
  add column enrollment jsonb not null default '{}';

alter table access_profile_tasks
  -- Somebody asked for it; else the rule did.
  add column by_hand boolean not null default false,
  -- Who asked; empty for a rule.
  add column requested_by text not null default '';
create index access_profile_tasks_by_time on access_profile_tasks (tenant_id, created_at, id);
