-- What owners and reviewers say to each other about an item of a review, and the names under which API clients are shown in one.

create table review_comments (
  tenant_id integer not null references tenants,
  -- Of its entry of the ledger: ids sort by time.
  id uuid not null,
  item_id uuid not null,
  -- A user id: a person, or an API client that acts for itself.
  author_id text not null,
  text text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, item_id) references review_items (tenant_id, id)
);
create index review_comments_of_item on review_comments (tenant_id, item_id, id);
select keep_tenants_apart('review_comments', 'select, insert', 'assay_mining');
select keep_within_reader_scope('review_comments', 'item_id in (select item.id from review_items item)');

-- Who looks at a candidate asks for the reviews that it is in.
create index review_items_of_candidate on review_items (tenant_id, candidate_id);

-- What API clients of the tenant are called, by client id or by the user id under which one acts for itself, and people who signed in;
-- revoked ones too, since what they decided stays.
create function client_names(given text[]) returns table (given_id text, display_name text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select one.id, c.display_name
  from unnest(given) as one (id) join api_clients c
    on c.client_id = one.id or regexp_replace(c.client_id, '[^A-Za-z0-9_.~-]', '~', 'g') = one.id
  where c.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer)
  union all
  select p.id, p.display_name from console_people p
  where p.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and p.id = any (given)
$$;
revoke execute on function client_names from public;
grant execute on function client_names to assay_mining;

-- API clients of some roles whose name has a part, regardless of case, by name: whom somebody may give something to decide.
create function clients_of_roles(of_roles text[], part text, most integer)
returns table (client_id text, identity_id text, display_name text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select c.client_id, c.identity_id, c.display_name from api_clients c
  where c.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer)
    and c.revoked_at is null and c.role = any (of_roles)
    and (position(lower(part) in lower(c.display_name)) > 0 or c.client_id = part)
  order by lower(c.display_name), c.client_id limit least(most, 100)
$$;
revoke execute on function clients_of_roles from public;
grant execute on function clients_of_roles to assay_mining;

-- People who signed in and were not revoked, by a part of their name or the beginning of their mail address, regardless of case.
create function people_named(part text, most integer)
returns table (id text, identity_id text, display_name text, mail text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select p.id, p.identity_id, p.display_name, p.mail from console_people p
  where p.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and p.revoked_at is null
    and (position(lower(part) in lower(p.display_name)) > 0 or starts_with(p.mail, lower(part)))
  order by lower(p.display_name), p.id limit least(most, 100)
$$;
revoke execute on function people_named from public;
grant execute on function people_named to assay_mining;
