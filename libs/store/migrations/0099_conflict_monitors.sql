-- What scripts say of a separation of duties besides its two sets.
create table conflict_monitors (
  tenant_id integer not null,
  policy_id uuid not null,
  -- Who holds something of the first set and nothing of the second; such a policy cannot be in force.
  negates_second boolean not null default false,
  -- Whom to tell; kept for those who set it. See ConflictNotifications in libs/policies.
  notifications jsonb not null default '{}',
  primary key (tenant_id, policy_id),
  foreign key (tenant_id, policy_id) references policies (tenant_id, id) on delete cascade
);
select keep_tenants_apart('conflict_monitors', 'select, insert, update, delete', 'assay_mining');
select keep_within_reader_scope('conflict_monitors', 'false');
