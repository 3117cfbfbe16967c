-- Access profiles that were handed to other systems: what each was when that happened last, and by whom.

create table publications (
  tenant_id integer not null references tenants,
  -- Of its entry of the ledger: ids sort by time.
  id uuid not null,
  -- The id of the kind of system, as the files are for it: scim, csv, ...
  target_id text not null,
  published_at timestamptz not null,
  -- A user id: a person, or an API client that acts for itself.
  published_by text not null,
  profile_count integer not null,
  -- Of all profiles together, hexadecimal.
  content_hash_value text not null,
  primary key (tenant_id, id)
);

-- One row for each kind of system and profile: the next publication takes its place, so that the tables grow with the profiles alone.
create table published_profiles (
  tenant_id integer not null,
  target_id text not null,
  profile_id uuid not null,
  publication_id uuid not null,
  -- What callers can change about a profile: names, rule, owner.
  details jsonb not null,
  -- Ascending, of entitlements in the order of the profile.
  entitlement_keys integer[] not null,
  member_keys integer[] not null,
  content_hash_value text not null,
  primary key (tenant_id, target_id, profile_id),
  foreign key (tenant_id, publication_id) references publications
);
create index published_profiles_of_publication on published_profiles (tenant_id, publication_id);
create index published_profiles_of_profile on published_profiles (tenant_id, profile_id);

select keep_tenants_apart('publications', 'select, insert', 'assay_mining');
select keep_tenants_apart('published_profiles', 'select, insert, update, delete', 'assay_mining');
