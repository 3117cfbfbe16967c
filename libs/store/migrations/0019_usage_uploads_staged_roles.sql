-- What an import did not tell: until when its usage reaches, and under which names its files came. Roles of a calculation
-- that goes on.

-- The name with which a file came, `.gz` included: one of another name must not replace it. Empty: older than this column.
alter table import_files add column uploaded_as text not null default '';

-- The newest day of the import's usage, at the latest the day of its commit. Null: it had none, or is older than this column.
alter table imports add column usage_through date;

-- The same for the usage of one application in the import in force. What was imported before may hold days of the future.
alter table applications add column usage_through date;

update applications set usage_through = used.day
from (select tenant_id, application_key, least(max(last_day), current_date) as day from usage group by tenant_id, application_key) used
where used.tenant_id = applications.tenant_id and used.application_key = applications.key;

update imports set usage_through = used.day
from (
  select snapshots.import_id, least(max(usage.last_day), current_date) as day from snapshots
  join usage on usage.tenant_id = snapshots.tenant_id
  group by snapshots.import_id
) used
where used.import_id = imports.id;

-- Roles that a calculation has found and does not show yet: a session shows those of its last calculation until all of the
-- next are here, and then puts these in their place in one transaction. The columns mean what they mean in potential_roles.
create table staged_roles (
  tenant_id integer not null,
  session_id uuid not null,
  id uuid not null,
  identity_keys integer[] not null,
  entitlement_keys integer[] not null,
  granted_counts integer[] not null,
  organisation_counts integer[] not null,
  common_entitlement_keys integer[] not null,
  common_granted_counts integer[] not null,
  common_organisation_counts integer[] not null,
  organisation_size integer not null,
  identity_count integer not null,
  entitlement_count integer not null,
  density smallint not null,
  freshness smallint not null,
  quality smallint not null,
  identity_distribution jsonb not null,
  attribute_values text[] not null,
  source_usage jsonb not null,
  explanation jsonb,
  primary key (tenant_id, session_id, id),
  foreign key (tenant_id, session_id) references mining_sessions on delete cascade
);

select keep_tenants_apart('staged_roles', 'select, insert, delete');
