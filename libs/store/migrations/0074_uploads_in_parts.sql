-- Files that come in parts before a load takes them, which browsers need, and loads that wait for somebody who looks at them.

-- Without a load a file comes in parts: `live_until` is when it is removed unless another part comes, whole or not.
alter table source_files
  alter column load_id drop not null,
  -- Of a file in parts: how long it will be, and how much of it is there.
  add column expected_bytes bigint,
  add column received_bytes bigint not null default 0,
  -- SHA-256 of this value before a part and the bytes of the part, one after the other; empty before the first.
  add column parts_hash bytea not null default '',
  add column created_by text not null default '',
  add column created_at timestamptz not null default now(),
  add constraint source_files_of_load_or_in_parts check (load_id is not null or (expected_bytes is not null and live_until is not null)),
  add constraint source_files_received check (received_bytes >= 0 and received_bytes <= coalesce(expected_bytes, 0));
create index source_files_without_load on source_files (tenant_id, id) where load_id is null;

alter table source_loads
  -- It waits for a confirmation once it is read, whatever it removes.
  add column is_reviewed boolean not null default false;
