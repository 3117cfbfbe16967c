-- Whether somebody manages others is asked of each page of people; without the index it is a look at all of them.
create index identities_by_manager on identities (tenant_id, manager_id);
