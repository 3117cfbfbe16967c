-- Reviews: candidates and access profiles that somebody gives to reviewers, what they decided, and what came of it.

create table reviews (
  tenant_id integer not null references tenants,
  id uuid not null,
  display_name text not null,
  note text not null,
  -- User ids: a person, or an API client that acts for itself.
  owner_id text not null,
  created_at timestamptz not null,
  due_at timestamptz,
  closes_when_decided boolean not null,
  closed_at timestamptz,
  closed_by text,
  primary key (tenant_id, id),
  constraint reviews_closed_by_somebody check ((closed_at is null) = (closed_by is null))
);

create index reviews_by_time on reviews (tenant_id, created_at, id);

create table review_items (
  tenant_id integer not null references tenants,
  id uuid not null,
  review_id uuid not null,
  -- From 1.
  number integer not null,
  -- suggestion, potential_role, profile, draft
  candidate_kind text not null,
  candidate_id text not null,
  -- What the candidate said when it was given to the reviewers.
  given_etag text not null,
  given_import_id text not null,
  -- The candidate as it was decided on; before that as it was given.
  candidate jsonb not null,
  -- How often it was decided.
  revision integer not null default 0,
  verdict text check (verdict in ('approved', 'approved_in_part', 'rejected')),
  -- [{"applicationId", "entitlementId"}]
  left_out jsonb,
  reason text,
  comment text,
  decided_by text,
  decided_at timestamptz,
  -- Of the ledger.
  decision_entry uuid,
  result text check (result in ('done', 'nothing_to_do', 'left_to_people', 'failed')),
  result_message text,
  result_profile text,
  result_at timestamptz,
  primary key (tenant_id, id),
  constraint review_items_once unique (tenant_id, review_id, number),
  constraint review_items_decided check ((revision = 0) = (verdict is null)),
  foreign key (tenant_id, review_id) references reviews (tenant_id, id)
);

-- Who may decide on an item; a table, since row security keeps operators of arrays from using an index.
create table review_assignments (
  tenant_id integer not null references tenants,
  reviewer_id text not null,
  item_id uuid not null,
  primary key (tenant_id, reviewer_id, item_id),
  foreign key (tenant_id, item_id) references review_items (tenant_id, id)
);
create index review_assignments_of_item on review_assignments (tenant_id, item_id);

select keep_tenants_apart('reviews', 'select, insert, update', 'assay_mining');
select keep_tenants_apart('review_items', 'select, insert, update', 'assay_mining');
select keep_tenants_apart('review_assignments', 'select, insert', 'assay_mining');

-- Which of some ids are those of API clients of the tenant that were not revoked, by client id or by the user id under which a
-- client acts: for whoever names a client and may not look at clients.
create function users_behind_clients(given text[]) returns table (given_id text, client_id text, identity_id text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select one.id, c.client_id, c.identity_id
  from unnest(given) as one (id) join api_clients c
    on c.client_id = one.id or regexp_replace(c.client_id, '[^A-Za-z0-9_.~-]', '~', 'g') = one.id
  where c.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and c.revoked_at is null
$$;
revoke execute on function users_behind_clients from public;
grant execute on function users_behind_clients to assay_mining;
