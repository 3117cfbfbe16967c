-- Rows that come by the hundred thousand: PostgreSQL looks up each reference of each row, which took as long as storing them. Row
-- security holds them to a tenant that is there, and who writes them has just read their source and load.

alter table source_people drop constraint source_people_tenant_id_fkey, drop constraint source_people_load_id_fkey;
alter table source_accounts drop constraint source_accounts_tenant_id_fkey, drop constraint source_accounts_load_id_fkey;
alter table source_entitlements
  drop constraint source_entitlements_tenant_id_fkey, drop constraint source_entitlements_load_id_fkey;
alter table source_usage drop constraint source_usage_tenant_id_fkey, drop constraint source_usage_load_id_fkey;
alter table source_grant_changes
  drop constraint source_grant_changes_tenant_id_fkey, drop constraint source_grant_changes_load_id_fkey;
alter table source_account_owners
  drop constraint source_account_owners_tenant_id_fkey, drop constraint source_account_owners_source_id_fkey;
alter table accounts drop constraint accounts_tenant_id_fkey;
alter table usage drop constraint usage_tenant_id_fkey;
