-- What bounded readers saw of reviews, of suggestions that a later run changed, and of drafts that name people outside.

-- An item is there when its candidate is; a review and an assignment when one of its items, or the item, is.
select keep_within_reader_scope('review_items', 'case candidate_kind
  when ''suggestion'' then candidate_id in (select one.id::text from role_mining_suggestions one)
  when ''potential_role'' then candidate_id in (select one.id::text from potential_roles one)
  when ''profile'' then candidate_id in (select one.id::text from access_profiles one)
  when ''draft'' then candidate_id in (select one.id::text from candidate_drafts one)
  else false end');
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

-- A run writes other entitlements into a suggestion that was settled before, so they are asked here and not when it is settled.
drop policy within_reader_scope on role_mining_suggestions;
select keep_within_reader_scope('role_mining_suggestions', 'id in (select s.suggestion_id from scope_suggestions s
    where s.scope_id = {scope} and s.is_inside)
  and not exists (select from jsonb_array_elements(entitlements) given (one)
    where (given.one ->> ''key'')::integer not in (select e.key from entitlements e))');

-- The ids of the people that a draft, or a step of it, names: listed, added or removed.
create function people_named_in(draft jsonb) returns setof text
language sql immutable
set search_path = assay, pg_temp
as $$
  select named #>> '{}'
  from unnest('{"$.**.identityIds[*]", "$.**.addedIdentityIds[*]", "$.**.removedIdentityIds[*]"}'::jsonpath[]) path,
    jsonb_path_query(draft, path) named
$$;

-- Whom somebody took out of a draft stands in it too.
drop policy within_reader_scope on candidate_drafts;
select keep_within_reader_scope('candidate_drafts', 'not exists (select from unnest(identity_keys) member (key)
    where member.key not in (select s.identity_key from scope_identities s where s.scope_id = {scope}))
  and not exists (select from unnest(entitlement_keys) given (key) where given.key not in (select e.key from entitlements e))
  and not exists (select from people_named_in(definition) named (id) where named.id not in (select i.id from identities i))');
-- A step names the candidates that it was made of.
drop policy within_reader_scope on candidate_draft_steps;
select keep_within_reader_scope('candidate_draft_steps', 'draft_id in (select d.id from candidate_drafts d)
  and not exists (select from people_named_in(detail) named (id) where named.id not in (select i.id from identities i))
  and not exists (select from jsonb_array_elements(detail -> ''sources'') source (one)
    where not case source.one ->> ''kind''
      when ''suggestion'' then source.one ->> ''id'' in (select one.id::text from role_mining_suggestions one)
      when ''potential_role'' then source.one ->> ''id'' in (select one.id::text from potential_roles one)
      when ''profile'' then source.one ->> ''id'' in (select one.id::text from access_profiles one)
      when ''draft'' then source.one ->> ''id'' in (select one.id::text from candidate_drafts one)
      else source.one ->> ''kind'' = ''ad_hoc'' end)');

-- What names people of everybody, and what no bounded reader asks for: their calls are refused. They write entries of the ledger.
select keep_within_reader_scope(whole, 'false')
from unnest('{import_files, import_uploads, source_loads, source_pulls, staged_roles, potential_role_exports,
  potential_role_export_chunks}'::regclass[]) whole;
select keep_within_reader_scope(whole, 'false', 'select')
from unnest('{ledger_entries, ledger_values, ledger_links}'::regclass[]) whole;
