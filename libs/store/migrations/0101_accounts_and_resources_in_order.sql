-- Accounts and resources are listed application by application; without these, each page sorts all of them.
create index accounts_of_application on accounts (tenant_id, application_key, identity_key, id collate "C");
create index entitlements_by_resource on entitlements
  (tenant_id, application_key, resource_type collate "C", resource collate "C") where not deleted;
