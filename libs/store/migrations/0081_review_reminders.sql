-- Mails that remind reviewers of open reviews, once before and once after the due date, and whenever the owner asks.

-- When a worker was asked for each.
alter table reviews add column reminded_before_at timestamptz, add column reminded_after_at timestamptz,
  add column reminded_asked_at timestamptz;
create index reviews_due on reviews (due_at) where closed_at is null and due_at is not null and reminded_after_at is null;

-- What came of it, for each reviewer who had something to decide then.
create table review_reminders (
  tenant_id integer not null references tenants,
  review_id uuid not null,
  kind text not null check (kind in ('before', 'after', 'asked')),
  -- A user id.
  reviewer_id text not null,
  noted_at timestamptz not null default now(),
  -- Why no mail was sent; null: one was.
  unsent_reason text,
  primary key (tenant_id, review_id, kind, reviewer_id),
  foreign key (tenant_id, review_id) references reviews (tenant_id, id)
);
select keep_tenants_apart('review_reminders', 'select', 'assay_mining');
-- Of those that the owner asks for the last stays.
grant select, insert, update on review_reminders to assay_mining_worker;
grant select on reviews, review_items, review_assignments to assay_mining_worker;
grant update (reminded_before_at, reminded_after_at) on reviews to assay_mining_worker;
-- They tell how many others have something to decide.
select keep_within_reader_scope('review_reminders', 'false');

-- The reviews of all tenants of which reminders are due: before the due date for three days or the second half of the time, whatever is
-- shorter; and a day after it. What a worker missed before the due date is not made up for after it.
create function due_review_reminders() returns table (tenant_id integer, review_id uuid, kind text)
language sql stable security definer
set search_path = assay, pg_temp
as $$
  select review.tenant_id, review.id, due.kind
  from reviews review cross join lateral (
    select case when review.due_at <= now() - interval '1 day' then 'after'
      when review.reminded_before_at is null and review.due_at > now()
        and review.due_at - least(interval '3 days', (review.due_at - review.created_at) / 2) <= now() then 'before' end as kind) due
  where review.closed_at is null and review.due_at is not null and review.reminded_after_at is null and due.kind is not null
  order by review.due_at limit 1000
$$;
revoke execute on function due_review_reminders from public;
grant execute on function due_review_reminders to assay_mining_worker;
