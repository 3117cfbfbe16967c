-- On how many days of each month somebody used an application. Filled by imports; empty until the next one.
create table usage_by_month (
  tenant_id integer not null references tenants,
  identity_key integer not null,
  application_key integer not null,
  -- The first day of the first month that counts days.
  first_month date not null,
  -- One byte a month, of twelve months at most; the last one that counts days ends it.
  days bytea not null,
  primary key (tenant_id, identity_key, application_key)
);
create index usage_by_month_of_application on usage_by_month (tenant_id, application_key);
select keep_tenants_apart('usage_by_month', 'select', 'assay_mining, assay_mining_worker');
grant insert, delete on usage_by_month to assay_mining_worker;
select keep_within_reader_scope('usage_by_month',
  'identity_key in (select keys_of_scoped_people()) and application_key in (select keys_of_scoped_applications())');

-- Whether somebody leads others is asked for each identity of a page.
create index identities_by_manager on identities (tenant_id, manager_id) where manager_id <> '';
