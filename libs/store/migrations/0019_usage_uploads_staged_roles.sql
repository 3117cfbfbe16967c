-- What an import did not tell: until when its usage reaches, and under which names its files came.

-- The name with which a file came, `.gz` included: one of another name must not replace it. Empty: older than this column.
alter table import_files add column uploaded_as text not null default '';

-- The newest day of the import's usage, at the latest the day of its commit. Null: it had none, or is older than this column.
alter table imports add column usage_through date;

-- The same for the usage of one application in the import in force.
alter table applications add column usage_through date;

update applications set usage_through = used.day
from (select tenant_id, application_key, max(last_day) as day from usage group by tenant_id, application_key) used
where used.tenant_id = applications.tenant_id and used.application_key = applications.key;

update imports set usage_through = used.day
from (
  select snapshots.import_id, max(usage.last_day) as day from snapshots
  join usage on usage.tenant_id = snapshots.tenant_id
  group by snapshots.import_id
) used
where used.import_id = imports.id;
