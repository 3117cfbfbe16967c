-- The import that a suggestion was computed from; null: by a version that did not keep it.
alter table role_mining_suggestions add column import_id integer;

-- What a potential role is made of, for the mining service and its workers: no more than that.
grant select (tenant_id, id, session_id, name, identity_keys, entitlement_keys, excluded_entitlement_keys, role_id, modified_at)
  on potential_roles to assay_mining, assay_mining_worker;
grant select (tenant_id, id, import_id) on mining_sessions to assay_mining, assay_mining_worker;

-- Candidates that people keep: what they are made of, and what people changed, so that both hold for later access data.
create table candidate_drafts (
  tenant_id integer not null references tenants,
  id uuid not null,
  display_name text not null,
  -- {"sources": [...], "people": "union" | "intersection", "entitlements": the same, "part": ..., "edits": ...}
  definition jsonb not null,
  -- Candidates that it is made of in the end, through other drafts too.
  leaf_count integer not null check (leaf_count between 1 and 64),
  -- Keys of the directory: what it came to when it was saved last. In its place once a source is gone.
  entitlement_keys integer[] not null,
  identity_keys integer[] not null,
  -- The import that it was saved on last.
  import_id integer not null,
  -- Counts the saves; the etag is made of it.
  revision integer not null default 1,
  -- A second call with the same one gets what the first made.
  request_id text,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_by text not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index candidate_drafts_by_request on candidate_drafts (tenant_id, request_id) where request_id is not null;
create index candidate_drafts_newest on candidate_drafts (tenant_id, updated_at desc, id);
select keep_tenants_apart('candidate_drafts', 'select, insert, update, delete', 'assay_mining');
grant select on candidate_drafts to assay_mining_worker;

-- Where a draft comes from and what became of it; rows are only added.
create table candidate_draft_steps (
  tenant_id integer not null,
  draft_id uuid not null,
  number integer not null,
  kind text not null check (kind in ('created', 'merged', 'split', 'edited')),
  made_by text not null,
  made_at timestamptz not null default now(),
  import_id integer not null,
  -- What the step took or changed: names, ids, runs and counts, for people.
  detail jsonb not null,
  primary key (tenant_id, draft_id, number),
  foreign key (tenant_id, draft_id) references candidate_drafts on delete cascade
);
select keep_tenants_apart('candidate_draft_steps', 'select, insert, delete', 'assay_mining');
grant select on candidate_draft_steps to assay_mining_worker;
