-- The accounts of one application in the order of their identities, as pages of them are read.
create index accounts_of_application on accounts (tenant_id, application_key, identity_key, id);
