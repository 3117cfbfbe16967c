-- expand: new tables and functions; sealing keys of before are those of gateways.
-- Webhooks: addresses to which events are delivered, and the deliveries. An event is an entry of the ledger, so none is stored here.

-- Keys by which texts are sealed for workers, beside those for gateways.
alter table sealing_keys add column keeper text not null default 'gateway' check (keeper in ('gateway', 'worker'));
create or replace function sealing_key_in_use() returns table (key_id text, public_key jsonb)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.public_key from sealing_keys k where k.keeper = 'gateway' order by k.created_at desc, k.key_id limit 1
$$;
-- The key that a worker started with last.
create function put_worker_sealing_key(new_key_id text, new_public_key jsonb) returns void
language sql security definer
set search_path = assay, pg_temp
as $$
  insert into sealing_keys (key_id, public_key, keeper) values (new_key_id, new_public_key, 'worker')
  on conflict (key_id) do update set created_at = clock_timestamp()
$$;
create function worker_sealing_key_in_use() returns table (key_id text, public_key jsonb)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select k.key_id, k.public_key from sealing_keys k where k.keeper = 'worker' order by k.created_at desc, k.key_id limit 1
$$;
revoke execute on function put_worker_sealing_key, worker_sealing_key_in_use from public;
grant execute on function put_worker_sealing_key to assay_mining_worker;
grant execute on function worker_sealing_key_in_use to assay_mining;

create table webhooks (
  tenant_id integer not null references tenants,
  id uuid not null,
  url text not null,
  description text not null,
  -- `suggestion.accept`, or `suggestion.*` for all that begin so; none: all.
  event_types text[] not null,
  -- Sealed for workers.
  secret jsonb not null,
  -- The secret before, by which events are signed too until then.
  previous_secret jsonb,
  previous_secret_ends_at timestamptz,
  created_at timestamptz not null default now(),
  -- Null: it is enabled.
  disabled_at timestamptz,
  -- asked, gone, failing, backlog.
  disabled_because text,
  -- When a delivery failed first since one succeeded.
  failing_since timestamptz,
  last_failure text not null default '',
  last_success_at timestamptz,
  -- Nothing is sent until then: the receiver does not answer, or asked for it.
  quiet_until timestamptz,
  -- The job that delivers next: a job of another turn has nothing to do. Null while none waits.
  turn integer not null default 0,
  due_at timestamptz,
  primary key (tenant_id, id)
);

create table webhook_deliveries (
  tenant_id integer not null,
  webhook_id uuid not null,
  -- Of the event in the chain of the ledger: the order in which events of one subject are delivered.
  position bigint not null,
  -- The entry of the ledger; the id of the event.
  event_id uuid not null,
  event_type text not null,
  -- `suggestion/<id>`: what the event is about.
  subject text not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  -- Since it was queued or asked for again.
  attempts integer not null default 0,
  replays integer not null default 0,
  queued_at timestamptz not null default now(),
  first_attempt_at timestamptz,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz not null default now(),
  ended_at timestamptz,
  -- The newest answer: its status, and how it began; of one that did not come, why.
  last_status integer,
  last_answer text not null default '',
  last_fault text not null default '',
  primary key (tenant_id, webhook_id, position),
  constraint webhook_deliveries_once unique (tenant_id, webhook_id, event_id),
  foreign key (tenant_id, webhook_id) references webhooks on delete cascade
);
create index webhook_deliveries_waiting on webhook_deliveries (tenant_id, webhook_id, subject, position) where state = 'waiting';
create index webhook_deliveries_ended on webhook_deliveries (tenant_id, ended_at) where ended_at is not null;

select keep_tenants_apart('webhooks', 'select, insert, update, delete', 'assay_mining');
select keep_tenants_apart('webhook_deliveries', 'select, insert, update, delete', 'assay_mining');
grant select, update on webhooks to assay_mining_worker;
grant select, insert, update, delete on webhook_deliveries to assay_mining_worker;

-- For workers and the operator: how webhooks fare, of all tenants.
create function webhook_states() returns table (tenant_id integer, enabled bigint, failing bigint, disabled bigint,
  waiting bigint)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select w.tenant_id, count(*) filter (where w.disabled_at is null),
    count(*) filter (where w.disabled_at is null and w.failing_since is not null),
    count(*) filter (where w.disabled_at is not null and w.disabled_because <> 'asked'),
    coalesce(sum(d.waiting), 0)::bigint
  from webhooks w cross join lateral (
    select count(*) as waiting from webhook_deliveries d
    where d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.state = 'waiting') d
  group by w.tenant_id order by w.tenant_id
$$;

revoke execute on function webhook_states from public;
grant execute on function webhook_states to assay_mining_worker;

-- For workers: enabled webhooks with deliveries and without a turn, or with one that is a minute late. There are some after a restore.
create function webhooks_left_waiting() returns table (tenant_id integer, id uuid)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select w.tenant_id, w.id from webhooks w
  where w.disabled_at is null and (w.due_at is null or w.due_at < now() - interval '1 minute')
    and exists (select from webhook_deliveries d
      where d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.state = 'waiting')
$$;
revoke execute on function webhooks_left_waiting from public;
grant execute on function webhooks_left_waiting to assay_mining_worker;
