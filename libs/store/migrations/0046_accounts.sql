-- Accounts that sources bring, as the import in force puts them together; those of nobody stand with their source. An identity
-- that has none in an application in which it holds something has one there that follows from what it holds.
create table accounts (
  tenant_id integer not null references tenants,
  identity_key integer not null,
  application_key integer not null,
  -- The login, as the application names it.
  id text not null,
  -- Empty: the id.
  name text not null default '',
  disabled boolean not null default false,
  primary key (tenant_id, identity_key, application_key, id)
);
create index accounts_by_id on accounts (tenant_id, id);
select keep_tenants_apart('accounts', 'select', 'assay_mining, assay_mining_worker, assay_sessions');
grant insert, delete on accounts to assay_mining_worker;

-- The access in force was the same before and after: the load said nothing new.
alter table source_loads add column changed_nothing boolean not null default false;
