-- What bounded readers saw of reviews, of suggestions that a later run changed, and of drafts that name people outside.

-- The conditions below stand in functions: the planner would count the cost of their queries for every row, also for those who are
-- bound to nothing and never ask them.

-- Whether a bounded reader sees what a candidate is made of; asked with the reader's rights.
create function is_candidate_inside(of_kind text, of_id text) returns boolean
language sql stable cost 1
set search_path = assay, pg_temp
as $$
  select case of_kind
    when 'suggestion' then exists (select from role_mining_suggestions one where one.id = of_id::uuid)
    when 'potential_role' then exists (select from potential_roles one where one.id = of_id::uuid)
    when 'profile' then exists (select from access_profiles one where one.id = of_id::uuid)
    when 'draft' then exists (select from candidate_drafts one where one.id = of_id::uuid)
    else of_kind = 'ad_hoc' end
$$;

-- An item is there when its candidate is; a review and an assignment when one of its items, or the item, is.
select keep_within_reader_scope('review_items', 'is_candidate_inside(candidate_kind, candidate_id)');
select keep_within_reader_scope('reviews', 'id in (select item.review_id from review_items item)');
select keep_within_reader_scope('review_assignments', 'item_id in (select item.id from review_items item)');

-- How many items of reviews stand where, also those outside the reader's scope: the last decision closes a review whoever makes it.
create function counts_of_review_items(of_reviews uuid[])
returns table (review_id uuid, verdict text, result text, items integer)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select item.review_id, item.verdict, item.result, count(*)::integer
  from review_items item
  where item.tenant_id = (select nullif(current_setting('assay.tenant_id', true), '')::integer) and item.review_id = any (of_reviews)
  group by 1, 2, 3
$$;
revoke execute on function counts_of_review_items from public;
grant execute on function counts_of_review_items to assay_mining;

-- Whether all of some entitlements ([{"key"}]) are of applications that the reader sees.
create function are_entitlements_inside(given jsonb) returns boolean
language sql stable cost 1
set search_path = assay, pg_temp
as $$
  select not exists (
    select from jsonb_array_elements(given) one
    where not exists (select from entitlements e where e.key = (one ->> 'key')::integer))
$$;
-- A run writes other entitlements into a suggestion that was settled before, so they are asked here and not when it is settled.
drop policy within_reader_scope on role_mining_suggestions;
select keep_within_reader_scope('role_mining_suggestions',
  'id in (select ids_of_scoped_suggestions()) and are_entitlements_inside(entitlements)');

-- Whether the reader sees all people whom a draft, or a step of it, names: listed, added or removed.
create function are_named_people_inside(draft jsonb) returns boolean
language sql stable cost 1
set search_path = assay, pg_temp
as $$
  select not exists (
    select from unnest('{"$.**.identityIds[*]", "$.**.addedIdentityIds[*]", "$.**.removedIdentityIds[*]"}'::jsonpath[]) path,
      jsonb_path_query(draft, path) named
    where not exists (select from identities i where i.id = named #>> '{}'))
$$;
-- Whom somebody took out of a draft stands in it too.
drop policy within_reader_scope on candidate_drafts;
select keep_within_reader_scope('candidate_drafts',
  'is_block_in_scope(identity_keys, entitlement_keys) and are_named_people_inside(definition)');

-- A step names the candidates that it was made of.
create function are_sources_inside(sources jsonb) returns boolean
language sql stable cost 1
set search_path = assay, pg_temp
as $$
  select not exists (
    select from jsonb_array_elements(sources) source
    where not is_candidate_inside(source ->> 'kind', source ->> 'id'))
$$;
drop policy within_reader_scope on candidate_draft_steps;
select keep_within_reader_scope('candidate_draft_steps', 'draft_id in (select d.id from candidate_drafts d)
  and are_named_people_inside(detail) and are_sources_inside(detail -> ''sources'')');

-- What names people of everybody, and what no bounded reader asks for: their calls are refused. They write entries of the ledger.
select keep_within_reader_scope(whole, 'false')
from unnest('{import_files, import_uploads, source_loads, source_pulls, staged_roles, potential_role_exports,
  potential_role_export_chunks}'::regclass[]) whole;
select keep_within_reader_scope(whole, 'false', 'select')
from unnest('{ledger_entries, ledger_values, ledger_links}'::regclass[]) whole;
