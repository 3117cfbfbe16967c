-- What is written with a decision has no foreign keys: each would lock the row of the tenant, which all deciders share.
alter table ledger_entries drop constraint ledger_entries_tenant_id_fkey;
alter table ledger_values drop constraint ledger_values_tenant_id_fkey;
alter table ledger_unsealed drop constraint ledger_unsealed_tenant_id_fkey;
alter table suggestion_dismissals drop constraint suggestion_dismissals_tenant_id_fkey;

-- Salt and value are null once erased: short values could be guessed by their salt.
alter table ledger_values alter column salt drop not null;

-- Who verifies looks at what waits for its seal; who seals goes on from the checkpoint where no link is left.
grant select on ledger_unsealed to assay_mining;
grant select on ledger_heads to assay_mining_worker;

-- Keeps a signature of a link that stands, in place of the earlier ones of the same day: what they say, it says too. Twice is once.
create or replace function put_ledger_head(of_tenant integer, at_position bigint, of_link bytea, by_key text, with_signature bytea,
  at_time timestamptz) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  insert into ledger_heads (tenant_id, position, link_hash, key_id, signature, signed_at)
  select of_tenant, at_position, of_link, by_key, with_signature, at_time
  where exists (select from ledger_links l where l.tenant_id = of_tenant and l.position = at_position and l.link_hash = of_link)
  on conflict do nothing;
  delete from ledger_heads
  where tenant_id = of_tenant and position < at_position and not is_checkpoint
    and (signed_at at time zone 'UTC')::date = (at_time at time zone 'UTC')::date
    and exists (
      select from ledger_heads h where h.tenant_id = of_tenant and h.position = at_position and h.link_hash = of_link)
$$;
