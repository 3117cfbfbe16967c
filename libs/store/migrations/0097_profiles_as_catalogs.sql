-- What people and their tools set on access profiles besides the rule: who may see one and ask for it, what joining and leaving mean to
-- them, and notes; the order of what a profile gives; and of its automation whom it goes by and how its circuit breaker is set.

alter table access_profiles
  -- People may ask for it.
  add column published boolean not null default false,
  add column visible_to_everyone boolean not null default false,
  -- People may ask for all of it at once.
  add column request_bundle boolean not null default false,
  -- What others do when somebody joins or leaves; kept for them. Empty: not stated.
  add column enrollment_behavior text not null default ''
    check (enrollment_behavior in ('', 'bypass', 'enforce')),
  add column unenrollment_behavior text not null default ''
    check (unenrollment_behavior in ('', 'leave_as_is', 'revoke_all', 'revoke_unjustified')),
  add column unenrollment_entitlement_behavior text not null default ''
    check (unenrollment_entitlement_behavior in ('', 'bypass', 'enforce')),
  -- What it is for: to be asked for, to be given by its rule, or both.
  add column purpose text not null default 'both' check (purpose in ('both', 'requestable', 'birthright')),
  -- Notes of the tools that look after it: an object of texts.
  add column annotations jsonb not null default '{}';

-- Where an entitlement stands among those of its profile; ties by key.
alter table access_profile_entitlements add column position integer not null default 0;
grant update (position) on access_profile_entitlements to assay_mining, assay_mining_worker;

-- What is said of the automation of a profile besides its rule. A profile with a rule has an automation without a row too.
create table access_profile_automations (
  tenant_id integer not null,
  profile_id uuid not null,
  -- The rule was made of these: who holds any of them is a member. [{"applicationId", "entitlementId"}], as they were given.
  held_entitlements jsonb,
  breaker_disabled boolean not null default false,
  -- It watches profiles of any size.
  breaker_watches_small boolean not null default false,
  -- 0: the share of the deployment.
  breaker_removed_percent integer not null default 0 check (breaker_removed_percent between 0 and 100),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, profile_id),
  foreign key (tenant_id, profile_id) references access_profiles on delete cascade
);
select keep_tenants_apart('access_profile_automations', 'select, insert, update, delete', 'assay_mining, assay_mining_worker');
select keep_within_reader_scope('access_profile_automations', 'is_profile_in_scope(tenant_id, profile_id)');

-- Who holds one of these may see the profile and ask for it.
create table access_profile_audiences (
  tenant_id integer not null,
  profile_id uuid not null,
  entitlement_key integer not null,
  position integer not null,
  primary key (tenant_id, profile_id, entitlement_key),
  foreign key (tenant_id, profile_id) references access_profiles on delete cascade
);
select keep_tenants_apart('access_profile_audiences', 'select, insert, delete', 'assay_mining, assay_mining_worker');
select keep_within_reader_scope('access_profile_audiences',
  'entitlement_key in (select keys_of_scoped_entitlements()) and is_profile_in_scope(tenant_id, profile_id)');
