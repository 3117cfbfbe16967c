-- The application of a group that holds an entitlement of another application; empty for holders of any other kind.
alter table source_grants add column holder_application text not null default '';
